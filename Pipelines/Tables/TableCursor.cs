using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>A pass over a table's rows, or over every n-th batch of them; its getters read column storage and allocate nothing.</summary>
internal sealed class TableCursor : DataViewRowCursor
{
    /// <summary>Rows that stay together in one cursor of a set.</summary>
    public const int BatchRows = 1024;

    private readonly Table table;
    private readonly bool[] active;
    private readonly int[]? order;
    private readonly int part;
    private readonly int parts;
    private long position = -1;
    private long next;
    private int row = -1;

    /// <param name="table">What is passed over.</param>
    /// <param name="needed">The columns whose getters will be asked for.</param>
    /// <param name="order">Rows in the order to pass; null for their own.</param>
    /// <param name="part">Which batches are this cursor's: those with number = part modulo <paramref name="parts"/>.</param>
    /// <param name="parts">Cursors in the set.</param>
    public TableCursor(Table table, IEnumerable<DataViewSchema.Column> needed, int[]? order, int part, int parts)
    {
        this.table = table;
        this.order = order;
        this.part = part;
        this.parts = parts;
        active = new bool[table.Columns.Count];
        foreach (DataViewSchema.Column column in needed) active[column.Index] = true;
        next = (long)part * BatchRows;
    }

    public override long Position => position;

    public override long Batch => row < 0 || parts == 1 ? 0 : row / BatchRows;

    public override DataViewSchema Schema => table.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < active.Length && active[column.Index];

    // Optimized from the first call on: a pass over a table is often over before tiered compilation gets to it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override bool MoveNext()
    {
        if (next >= table.RowCount)
        {
            position = row = -1;
            next = long.MaxValue;
            return false;
        }
        row = order is null ? (int)next : order[next];
        position++;
        next++;
        // Behind the last row of a batch comes this cursor's next batch.
        if (parts > 1 && next % BatchRows == 0) next += (parts - 1L) * BatchRows;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column)) throw new InvalidOperationException($"Column '{column.Name}' is not among the columns this cursor was asked for.");
        return Getter(column) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.");
    }

    private Delegate Getter(DataViewSchema.Column column)
    {
        switch (table.Columns[column.Index])
        {
            case NumberColumn number:
                return (ValueGetter<float>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref float value) => value = number.Values[Row()]);
            case IntegerColumn integer when column.Type is NumberDataViewType { RawType: var raw } && raw == typeof(long):
                return (ValueGetter<long>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref long value) => value = integer.Values[Row()]);
            case IntegerColumn integer:
                return (ValueGetter<double>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref double value) => value = integer.IsMissing(Row()) ? double.NaN : integer.Values[Row()]);
            case BooleanColumn boolean when column.Type is BooleanDataViewType:
                return (ValueGetter<bool>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref bool value) => value = boolean.Values[Row()] == 1);
            case BooleanColumn boolean:
                return (ValueGetter<float>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref float value) => value = boolean.IsMissing(Row()) ? float.NaN : boolean.Values[Row()]);
            case DateColumn date:
                return (ValueGetter<DateTime>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref DateTime value) => value = date.IsMissing(Row()) ? default : new DateTime(date.Ticks[Row()]));
            case CategoryColumn category:
                // Of the array behind it, as a call through the interface costs more than the rest.
                string[] texts = category.Categories as string[] ?? [.. category.Categories];
                return (ValueGetter<ReadOnlyMemory<char>>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref ReadOnlyMemory<char> value) =>
                    value = category.IsMissing(Row()) ? default : texts[category.Codes[Row()]].AsMemory());
            case TextColumn text:
                return (ValueGetter<ReadOnlyMemory<char>>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref ReadOnlyMemory<char> value) => value = text.Cells[Row()]);
            case VectorColumn vector:
                return (ValueGetter<VBuffer<float>>)([MethodImpl(MethodImplOptions.AggressiveOptimization)] (ref VBuffer<float> value) =>
                {
                    VBufferEditor<float> editor = VBufferEditor.Create(ref value, vector.Width);
                    vector.Values.Slice(Row() * vector.Width, vector.Width).CopyTo(editor.Values);
                    value = editor.Commit();
                });
            case var other:
                throw new InvalidOperationException($"Column '{other.Name}' is a {other.GetType().Name}, which ML.NET can't see.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Row() => row >= 0 ? row : NoRow();

    private static int NoRow() => throw new InvalidOperationException("The cursor stands on no row: call MoveNext first.");
}
