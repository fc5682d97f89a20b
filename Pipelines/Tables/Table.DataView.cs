using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class Table : IDataView
{
    private DataViewSchema? schema;

    /// <summary>The columns as ML.NET sees them.</summary>
    /// <remarks>
    /// Number: Single. Integer: Int64, or Double with NaN where some cell is missing. Boolean: Boolean, or Single with NaN where
    /// some cell is missing. Date: DateTime, a missing one being <see cref="DateTime.MinValue"/>. Category and Text: Text, a
    /// missing one being empty. Vector: a vector of Single with its slot names.
    /// </remarks>
    public DataViewSchema Schema => schema ??= TableSchema.Of(columns);

    /// <inheritdoc/>
    bool IDataView.CanShuffle => true;

    /// <inheritdoc/>
    public long? GetRowCount() => RowCount;

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new TableCursor(this, columnsNeeded, rand is null ? null : Shuffled(rand), part: 0, parts: 1);

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = columnsNeeded.ToArray();
        if (rand is not null || n < 2) return [GetRowCursor(needed, rand)];
        int parts = Math.Clamp((RowCount + TableCursor.BatchRows - 1) / TableCursor.BatchRows, 1, n);
        DataViewRowCursor[] cursors = new DataViewRowCursor[parts];
        for (int i = 0; i < parts; i++) cursors[i] = new TableCursor(this, needed, null, i, parts);
        return cursors;
    }

    private int[] Shuffled(Random random)
    {
        int[] order = new int[RowCount];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        random.Shuffle(order);
        return order;
    }
}
