using Microsoft.ML;

namespace MLPipes.Pipelines;

/// <summary>Getters over one ML.NET row with added columns behind it.</summary>
/// <param name="added">The columns.</param>
/// <param name="input">The row; moves on by itself.</param>
/// <param name="activeColumns">The columns of the output schema that may be asked for.</param>
internal sealed class AddedCells(IAddedColumns added, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
{
    private readonly HashSet<int> active = [.. activeColumns.Select(c => c.Index)];
    private Func<DataViewSchema.Column, Delegate>? getters;

    public bool IsActive(DataViewSchema.Column column) => active.Contains(column.Index);

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column)) throw new InvalidOperationException($"Column '{column.Name}' is not among the columns that were asked for.");
        if (column.Index < added.InputSchema.Count) return input.GetGetter<TValue>(added.InputSchema[column.Index]);
        // Made once for the row, so that the new columns can share one prediction.
        getters ??= added.Getters(input);
        return getters(column) as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.");
    }
}
