namespace MLPipes.Trainers;

/// <summary>How the bins of a <see cref="SplitColumn"/> are split.</summary>
internal enum SplitKind
{
    /// <summary>Values in order: bins up to a border go left.</summary>
    Quantity,
    /// <summary>Category codes: one goes left.</summary>
    OneCode,
    /// <summary>Category codes in the order of a statistic: bins up to a border go left.</summary>
    Statistic,
}

/// <summary>One thing that a level of a symmetric tree can split by: a feature's values or codes, or a statistic of its codes, in at most 255 bins.</summary>
internal sealed class SplitColumn
{
    /// <summary>Arrays of rows are this long at least, a whole number of vectors.</summary>
    public static int Padded(int rows) => (rows + 63) & ~63;

    public required int Feature { get; init; }

    public required SplitKind Kind { get; init; }

    /// <summary>Bins without that of missing values.</summary>
    public required int Known { get; init; }

    /// <summary>The bin of missing values, behind the known ones; used where <see cref="HasMissing"/>.</summary>
    public int MissingBin => Known;

    /// <summary>Whether training rows have missing values, in a bin of their own. Never so for statistics, where they are a level like others.</summary>
    public required bool HasMissing { get; init; }

    /// <summary>Bins that training rows can be in.</summary>
    public int Bins => Known + (HasMissing ? 1 : 0);

    /// <summary>Largest value of each bin but the last; empty for codes.</summary>
    public float[] Bounds { get; init; } = [];

    /// <summary>The bin of each category code, and behind them that of what is no code, at prediction; empty for quantities.</summary>
    public byte[] BinOfCode { get; init; } = [];

    /// <summary>The bins of the training rows, [orders][padded rows]; statistics differ between orders of the rows.</summary>
    public required byte[][] Rows { get; init; }

    /// <summary>The bins of the validation rows, [padded rows].</summary>
    public byte[] Validation { get; init; } = [];

    /// <summary>The bins of the training rows under order <paramref name="order"/>.</summary>
    public byte[] At(int order) => Rows.Length == 1 ? Rows[0] : Rows[order];
}

/// <summary>A split of all leaves of a level: by which column, behind which bin, and where missing values go.</summary>
internal readonly record struct LevelSplit(SplitColumn Column, int Bin, bool MissingLeft);
