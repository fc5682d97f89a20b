namespace MLPipes.Pipelines;

/// <summary>How a column's cells are stored.</summary>
public enum ColumnKind
{
    /// <summary>float32, NaN where missing.</summary>
    Number,
    /// <summary>int64 beyond float32's exact range.</summary>
    Integer,
    /// <summary>True, false or missing.</summary>
    Boolean,
    /// <summary>A point in time.</summary>
    Date,
    /// <summary>One of a dictionary of strings.</summary>
    Category,
    /// <summary>Free text.</summary>
    Text,
    /// <summary>A dense float32 vector of one width per cell.</summary>
    Vector,
}

/// <summary>One named, immutable, typed column of a <see cref="Table"/>.</summary>
/// <remarks>
/// The arrays behind a column are read directly by featurizers, so nobody writes to them after construction. The one exception
/// is a row buffer (<see cref="RowBuffer"/>): there a column of length 1 is refilled for each row that is scored.
/// </remarks>
public abstract class Column(string name)
{
    /// <summary>The column's name, unique within its table.</summary>
    public string Name { get; } = name;

    /// <summary>How the cells are stored.</summary>
    public abstract ColumnKind Kind { get; }

    /// <summary>Number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Whether the cell at index <paramref name="row"/> (from 0) has no value.</summary>
    public abstract bool IsMissing(int row);

    /// <summary>The cell as text, in invariant culture; null where missing. For messages, class names and export, not for row loops.</summary>
    public abstract string? TextAt(int row);

    /// <summary>The same column with only <paramref name="rows"/> (indices from 0), in that order.</summary>
    public abstract Column Take(ReadOnlySpan<int> rows);

    /// <summary>The same cells under another name, sharing their storage.</summary>
    public abstract Column Rename(string name);
}
