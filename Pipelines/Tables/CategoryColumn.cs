namespace MLPipes.Pipelines;

/// <summary>Strings stored once each: a code per row into <see cref="Categories"/>; -1 where missing.</summary>
public sealed class CategoryColumn(string name, int[] codes, string[] categories) : Column(name)
{
    /// <summary>The stored code of a missing cell.</summary>
    public const int Missing = -1;

    private readonly int[] codes = codes;
    private readonly string[] categories = categories;

    /// <summary>Index into <see cref="Categories"/> per row, [rows].</summary>
    public ReadOnlySpan<int> Codes => codes;

    /// <summary>The distinct strings, in ordinal order where the table was read by mlpipes; some may have no row after <see cref="Take"/>.</summary>
    public IReadOnlyList<string> Categories => categories;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Category;

    /// <inheritdoc/>
    public override int Count => codes.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => codes[row] < 0;

    /// <inheritdoc/>
    public override string? TextAt(int row) => codes[row] < 0 ? null : categories[codes[row]];

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new CategoryColumn(Name, Columns.Gather(codes, rows), categories);

    /// <inheritdoc/>
    public override Column Rename(string name) => new CategoryColumn(name, codes, categories);
}
