using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>Copies columns of any data view into a table in one pass.</summary>
internal static class DataViewReader
{
    public static Table Read(IDataView view, IEnumerable<string>? names)
    {
        if (view is Table table) return names is null ? table : table.Select(names);
        List<DataViewSchema.Column> wanted = [];
        if (names is null)
        {
            wanted.AddRange(view.Schema.Where(c => !c.IsHidden));
        }
        else
        {
            foreach (string name in names)
                wanted.Add(view.Schema.GetColumnOrNull(name) ?? throw new TableException(name, found: "no such column", expected: "a column of the data view"));
        }
        int capacity = (int)Math.Min(view.GetRowCount() ?? 16, Array.MaxLength);
        List<string> warnings = [];
        using DataViewRowCursor cursor = view.GetRowCursor(wanted);
        (CellList Cells, Action Read)[] readers = [.. wanted.Select(c => Reader(cursor, c, capacity))];
        while (cursor.MoveNext())
            foreach ((_, Action read) in readers) read();
        return new Table(readers.Select(r => r.Cells.Finish(warnings)).ToArray(), warnings);
    }

    private static (CellList, Action) Reader(DataViewRowCursor cursor, DataViewSchema.Column column, int capacity)
    {
        switch (column.Type)
        {
            case KeyDataViewType key:
                KeyCells keys = new(column.Name, capacity, KeyValues(column, key));
                return key.RawType == typeof(byte) ? (keys, Read<byte>(cursor, column, k => keys.Add(k)))
                    : key.RawType == typeof(ushort) ? (keys, Read<ushort>(cursor, column, k => keys.Add(k)))
                    : key.RawType == typeof(uint) ? (keys, Read<uint>(cursor, column, keys.Add))
                    : (keys, Read<ulong>(cursor, column, k => keys.Add((uint)Math.Min(k, uint.MaxValue))));
            case VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType { RawType: var item } } vector when item == typeof(float):
                VectorCells vectors = new(column.Name, capacity, vector.Size, SlotNames(column, vector.Size));
                float[] dense = new float[vector.Size];
                return (vectors, Read<VBuffer<float>>(cursor, column, v =>
                {
                    v.CopyTo(dense);
                    vectors.Add(dense);
                }));
            case BooleanDataViewType:
                BooleanCells booleans = new(column.Name, capacity);
                return (booleans, Read<bool>(cursor, column, v => booleans.Add(v ? (byte)1 : (byte)0)));
            case TextDataViewType:
                StringCells texts = new(column.Name, capacity);
                return (texts, Read<ReadOnlyMemory<char>>(cursor, column, v => texts.Add(v.Span)));
            case DateTimeDataViewType:
                DateCells dates = new(column.Name, capacity);
                // ML.NET has no missing date, and Table shows its own missing ones as this.
                return (dates, Read<DateTime>(cursor, column, v => dates.Add(v == default ? DateColumn.Missing : v.Ticks)));
            case DateTimeOffsetDataViewType:
                DateCells moments = new(column.Name, capacity);
                return (moments, Read<DateTimeOffset>(cursor, column, v => moments.Add(v == default ? DateColumn.Missing : v.UtcTicks)));
            case NumberDataViewType number:
                return Number(cursor, column, number.RawType, capacity);
            default:
                throw new TableException(column.Name, found: $"the type {column.Type}",
                    expected: "a number, truth value, date, text, key, or a vector of Single of known size", hint: "Name the columns to read, or convert this one.");
        }
    }

    private static (CellList, Action) Number(DataViewRowCursor cursor, DataViewSchema.Column column, Type raw, int capacity)
    {
        FloatCells floats = new(column.Name, capacity);
        if (raw == typeof(float)) return (floats, Read<float>(cursor, column, v => floats.Add(v)));
        DoubleCells doubles = new(column.Name, capacity);
        if (raw == typeof(double)) return (doubles, Read<double>(cursor, column, doubles.Add));
        if (raw == typeof(ulong)) return (floats, Read<ulong>(cursor, column, v => floats.Add(v)));
        LongCells longs = new(column.Name, capacity);
        return raw == typeof(sbyte) ? (longs, Read<sbyte>(cursor, column, v => longs.Add(v)))
            : raw == typeof(byte) ? (longs, Read<byte>(cursor, column, v => longs.Add(v)))
            : raw == typeof(short) ? (longs, Read<short>(cursor, column, v => longs.Add(v)))
            : raw == typeof(ushort) ? (longs, Read<ushort>(cursor, column, v => longs.Add(v)))
            : raw == typeof(int) ? (longs, Read<int>(cursor, column, v => longs.Add(v)))
            : raw == typeof(uint) ? (longs, Read<uint>(cursor, column, v => longs.Add(v)))
            : (longs, Read<long>(cursor, column, longs.Add));
    }

    private static Action Read<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Action<T> add)
    {
        ValueGetter<T> get = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            add(value);
        };
    }

    private static string[] KeyValues(DataViewSchema.Column column, KeyDataViewType key)
    {
        DataViewSchema.Column? values = column.Annotations.Schema.GetColumnOrNull("KeyValues");
        if (values?.Type is not VectorDataViewType { ItemType: var item }) return Numbered(key);
        if (item is TextDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            column.GetKeyValues(ref texts);
            return [.. texts.DenseValues().Select(t => t.ToString())];
        }
        if (item.RawType == typeof(float)) return Texts<float>(column);
        if (item.RawType == typeof(double)) return Texts<double>(column);
        if (item.RawType == typeof(int)) return Texts<int>(column);
        if (item.RawType == typeof(long)) return Texts<long>(column);
        if (item.RawType == typeof(bool)) return Texts<bool>(column);
        return Numbered(key);
    }

    private static string[] Texts<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)!)];
    }

    private static string[] Numbered(KeyDataViewType key) => key.Count <= 1 << 20
        ? [.. Enumerable.Range(1, (int)key.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))]
        : throw new TableException(null, found: $"a key of {key.Count} values without names", expected: "key values, or at most 1048576 keys");

    private static string[]? SlotNames(DataViewSchema.Column column, int size)
    {
        if (!column.HasSlotNames()) return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return names.Length == size ? [.. names.DenseValues().Select(n => n.ToString())] : null;
    }
}
