using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary>The trainers that <c>--trainers</c> and <c>--without</c> leave.</summary>
internal static class TrainerChoice
{
    /// <summary>Their keys. Baselines stay unless they are named in <paramref name="without"/>: they are there so that a model exists at once.</summary>
    /// <exception cref="OptionsException">A name is no trainer, or none is left.</exception>
    public static IReadOnlyList<string> Of(IEnumerable<string> only, IEnumerable<string> without)
    {
        string[] wanted = Names(only), unwanted = Names(without);
        string[] known = [.. Catalog.Trainers.Select(t => t.Card.Key)];
        string[] problems = [.. wanted.Concat(unwanted).Except(known).Select(name => $"'{name}' is no trainer.{(NearestName.Of(name, known) is { } near ? $" Did you mean '{near}'?" : "")}")];
        if (problems.Length > 0) throw new OptionsException("--trainers", [.. problems, "`mlpipes list trainers` shows them all."]);
        string[] left = [.. Catalog.Trainers.Select(t => t.Card).Where(c => (wanted.Length == 0 || wanted.Contains(c.Key) || c.IsBaseline) && !unwanted.Contains(c.Key)).Select(c => c.Key)];
        return left.Length > 0 ? left : throw new OptionsException("--without", ["no trainer is left."]);
    }

    private static string[] Names(IEnumerable<string> lists) =>
        [.. lists.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal)];
}
