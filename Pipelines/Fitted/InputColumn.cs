using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>A column that a pipeline was fitted on: prediction needs it again, or knows that it may be absent.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">How its cells are stored; other storage is converted at prediction time where that loses nothing.</param>
/// <param name="Role">What it is used for; only numbers, categories, texts and dates are read.</param>
/// <param name="Width">Values per cell of a vector column; 1 otherwise.</param>
public sealed record InputColumn(string Name, ColumnKind Kind, ColumnRole Role, int Width = 1)
{
    /// <summary>
    /// The distinct values of a category column in training, in ordinal order, by which values that are new at prediction time are
    /// noticed and numbers find the text they once were; null where they were too many to keep or it is no category.
    /// </summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>The most categories that are kept per column.</summary>
    internal const int MaxCategories = 10_000;

    /// <summary>The description of <paramref name="column"/> in the role <paramref name="role"/>.</summary>
    public static InputColumn Of(Column column, ColumnRole role) => new(column.Name, column.Kind, role, column is VectorColumn v ? v.Width : 1)
    {
        Categories = column is CategoryColumn category ? Used(category) : null,
    };

    private static string[]? Used(CategoryColumn column)
    {
        if (column.Categories.Count > MaxCategories * 10) return null;
        bool[] used = new bool[column.Categories.Count];
        foreach (int code in column.Codes) if (code >= 0) used[code] = true;
        string[] names = [.. column.Categories.Where((_, code) => used[code])];
        Array.Sort(names, StringComparer.Ordinal);
        return names.Length > MaxCategories ? null : names;
    }
}
