using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>The rows of an experiment and how trials are scored on them.</summary>
/// <param name="Train">The rows to learn from.</param>
/// <param name="Validation">Rows to score trials on; null for folds of the others.</param>
/// <param name="Folds">Number of folds; 0 where the size of the data decides. Not used with <paramref name="Validation"/>.</param>
/// <param name="SamplingKey">A column whose equal values stay on one side of every split; null for none.</param>
internal sealed record ExperimentData(IDataView Train, IDataView? Validation, int Folds, string? SamplingKey)
{
    /// <summary>The column that tells validation rows from others in a table of both.</summary>
    public const string PartColumn = "mlpipes.part";

    /// <summary>One table of both parts, with <see cref="PartColumn"/> where there are validation rows.</summary>
    public static Table TableOf(IDataView train, IDataView? validation, IReadOnlyList<string> columns)
    {
        Table own = Table.From(train, columns);
        if (validation is null) return own;
        Table other = Table.From(validation, columns);
        CategoryColumn part = new(PartColumn, [.. Enumerable.Repeat(0, own.RowCount), .. Enumerable.Repeat(1, other.RowCount)], ["train", "validation"]);
        return new Table([.. own.Columns.Zip(other.Columns, Joined), part], own.Warnings);
    }

    private static Column Joined(Column first, Column second) => (first, second) switch
    {
        (NumberColumn a, NumberColumn b) => new NumberColumn(a.Name, [.. a.Values, .. b.Values]),
        (IntegerColumn a, IntegerColumn b) => new IntegerColumn(a.Name, [.. a.Values, .. b.Values]),
        (BooleanColumn a, BooleanColumn b) => new BooleanColumn(a.Name, [.. a.Values, .. b.Values]),
        (DateColumn a, DateColumn b) => new DateColumn(a.Name, [.. a.Ticks, .. b.Ticks]),
        (VectorColumn a, VectorColumn b) when a.Width == b.Width => new VectorColumn(a.Name, [.. a.Values, .. b.Values], a.Width, a.SlotNames),
        (VectorColumn a, _) => throw new TableException(a.Name, found: "another width in the validation rows", expected: $"{a.Width} values as in training"),
        (TextColumn, _) => new TextColumn(first.Name, [.. Texts(first).Concat(Texts(second)).Select(t => t.AsMemory())]),
        _ => Categories(first, second),
    };

    private static CategoryColumn Categories(Column first, Column second)
    {
        List<string> names = first is CategoryColumn category ? [.. category.Categories] : [];
        Dictionary<string, int> codes = names.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i, StringComparer.Ordinal);
        int[] all = [.. Texts(first).Concat(Texts(second)).Select(Code)];
        return new CategoryColumn(first.Name, all, [.. names]);

        int Code(string? text)
        {
            if (text is null) return -1;
            if (codes.TryGetValue(text, out int code)) return code;
            names.Add(text);
            return codes[text] = names.Count - 1;
        }
    }

    private static IEnumerable<string?> Texts(Column column) => Enumerable.Range(0, column.Count).Select(column.TextAt);
}
