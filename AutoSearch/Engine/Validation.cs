using System.Globalization;

namespace MLPipes;

/// <summary>How the trials of a study are scored on rows that they were not fitted on.</summary>
/// <remarks>Whatever the choice, rows of one group stay together, and a fold column says by itself what belongs together.</remarks>
public abstract record Validation
{
    private protected Validation() { }

    /// <summary>By the size of the data and the time: repeated folds for small data, folds for medium, a hold-out for large.</summary>
    public static Validation Auto { get; } = new Automatic();

    /// <summary>One part of the rows is held out of every fit.</summary>
    /// <param name="share">Share of the rows, strictly between 0 and 1.</param>
    public static Validation HoldOut(double share = 0.2) => new HeldOut(share);

    /// <summary>Every row is predicted by models that were not fitted on it.</summary>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="repeats">How often the rows are dealt anew, at least 1.</param>
    public static Validation KFold(int folds = 5, int repeats = 1) => new Folded(folds, repeats);

    internal abstract IEnumerable<string> Problems();

    internal sealed record Automatic : Validation
    {
        internal override IEnumerable<string> Problems() => [];
    }

    internal sealed record HeldOut(double Share) : Validation
    {
        internal override IEnumerable<string> Problems() =>
            Share is > 0 and < 1 ? [] : [$"Validation: a held-out share of {Share.ToString(CultureInfo.InvariantCulture)} is outside (0, 1)."];
    }

    internal sealed record Folded(int Folds, int Repeats) : Validation
    {
        internal override IEnumerable<string> Problems()
        {
            if (Folds < 2) yield return $"Validation: {Folds} folds, at least 2 are needed.";
            if (Repeats < 1) yield return $"Validation: {Repeats} repeats, at least 1 is needed.";
        }
    }
}
