namespace MLPipes;

/// <summary>How rows are divided into rows to learn from and rows to judge by.</summary>
public sealed record SplitOptions
{
    /// <summary>Number of folds, at least 2; null for one hold-out. Default null.</summary>
    public int? Folds { get; init; }

    /// <summary>How often k-fold is repeated with other shuffles, at least 1. Not with a time or fold column. Default 1.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>Share of rows held out, strictly between 0 and 1. Default 0.2.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>Seed of the shuffle, at least 0. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Column of times: rows are judged by what came before them. Null for random splits.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>All that is wrong with these options.</summary>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    internal void Check(bool hasFoldColumn)
    {
        List<string> problems = [];
        if (Folds < 2) problems.Add($"Folds = {Folds} is below 2.");
        if (Repeats < 1) problems.Add($"Repeats = {Repeats} is below 1.");
        if (Repeats > 1 && (Folds is null || TimeColumn is not null || hasFoldColumn)) problems.Add("Repeats above 1 go with random folds only.");
        if (TestShare is not (> 0 and < 1)) problems.Add(FormattableString.Invariant($"TestShare = {TestShare} is outside (0, 1)."));
        if (Seed < 0) problems.Add($"Seed = {Seed} is below 0.");
        if (problems.Count > 0) throw new OptionsException("split", problems);
    }
}
