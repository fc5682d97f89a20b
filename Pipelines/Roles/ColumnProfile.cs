namespace MLPipes;

/// <summary>What a column holds and what it is proposed for.</summary>
public sealed record ColumnProfile
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>How its cells are stored.</summary>
    public required Pipelines.ColumnKind Kind { get; init; }

    /// <summary>What it is used for.</summary>
    public ColumnRole Role { get; init; }

    /// <summary>Why it has that role, for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Number of rows.</summary>
    public int Rows { get; init; }

    /// <summary>Number of rows without a value.</summary>
    public int Missing { get; init; }

    /// <summary>Share of rows without a value, 0 to 1.</summary>
    public double MissingShare => Rows == 0 ? 0 : (double)Missing / Rows;

    /// <summary>Number of different values; see <see cref="DistinctIsExact"/>.</summary>
    public int Distinct { get; init; }

    /// <summary>Whether <see cref="Distinct"/> was counted over all rows, and not estimated from a sample of about a million.</summary>
    public bool DistinctIsExact { get; init; } = true;

    /// <summary>Different values per row that has one, 0 to 1.</summary>
    public double DistinctShare => Rows == Missing ? 0 : (double)Distinct / (Rows - Missing);

    /// <summary>Whether all numbers are whole; false for other kinds.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Least number; null for other kinds and empty columns.</summary>
    public double? Min { get; init; }

    /// <summary>Greatest number; null for other kinds and empty columns.</summary>
    public double? Max { get; init; }

    /// <summary>Mean of the numbers; null for other kinds and empty columns.</summary>
    public double? Mean { get; init; }

    /// <summary>Standard deviation of the numbers (divided by n); null for other kinds and empty columns.</summary>
    public double? Deviation { get; init; }

    /// <summary>5, 25, 50, 75 and 95 percent quantiles of the numbers; empty for other kinds and empty columns.</summary>
    public IReadOnlyList<double> Quantiles { get; init; } = [];

    /// <summary>Earliest date; null for other kinds and empty columns.</summary>
    public DateTime? First { get; init; }

    /// <summary>Latest date; null for other kinds and empty columns.</summary>
    public DateTime? Last { get; init; }

    /// <summary>Mean number of words in a cell of strings; null for other kinds.</summary>
    public double? MeanWords { get; init; }

    /// <summary>Mean number of characters in a cell of strings; null for other kinds.</summary>
    public double? MeanLength { get; init; }

    /// <summary>Up to ten of the most frequent values with their rows, most frequent first; of free text and of many numbers some examples instead.</summary>
    public IReadOnlyList<ValueCount> TopValues { get; init; } = [];
}
