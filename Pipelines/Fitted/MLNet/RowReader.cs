using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>Copies the cells that a pipeline reads from an ML.NET row into a row buffer, without allocating where kinds agree.</summary>
internal sealed class RowReader
{
    private readonly Action[] readers;

    /// <param name="row">Where the cells come from; moves on by itself.</param>
    /// <param name="columns">The row's column for each input.</param>
    /// <param name="inputs">What each cell takes.</param>
    /// <param name="buffer">Where the cells go.</param>
    public RowReader(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns, IReadOnlyList<InputColumn> inputs, RowBuffer buffer)
    {
        readers = new Action[inputs.Count];
        for (int i = 0; i < readers.Length; i++) readers[i] = Reader(row, columns[i], inputs[i], buffer, i);
    }

    /// <summary>Copies the row as it stands.</summary>
    public void Read()
    {
        foreach (Action read in readers) read();
    }

    /// <summary>Whether cells of <paramref name="type"/> can be brought into <paramref name="input"/>.</summary>
    public static bool CanRead(DataViewType type, InputColumn input) => type switch
    {
        VectorDataViewType vector => input.Kind == ColumnKind.Vector && vector.IsKnownSize && vector.Size == input.Width && vector.ItemType is NumberDataViewType { RawType: var raw }
            && (raw == typeof(float) || raw == typeof(double)),
        NumberDataViewType => input.Kind != ColumnKind.Vector || (input.Width == 1 && type.RawType == typeof(float)),
        BooleanDataViewType or TextDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or KeyDataViewType => input.Kind != ColumnKind.Vector,
        _ => false,
    };

    private static Action Reader(DataViewRow row, DataViewSchema.Column column, InputColumn input, RowBuffer buffer, int index)
    {
        Type raw = column.Type.RawType;
        switch (column.Type)
        {
            case VectorDataViewType { ItemType: var item } when item.RawType == typeof(double): return Vector<double>(row, column, input, buffer, index);
            case VectorDataViewType: return Vector<float>(row, column, input, buffer, index);
            case KeyDataViewType:
                ReadOnlyMemory<char>[] names = KeyNames.Of(column);
                return raw == typeof(byte) ? Key<byte>(row, column, input, buffer, index, names)
                    : raw == typeof(ushort) ? Key<ushort>(row, column, input, buffer, index, names)
                    : raw == typeof(uint) ? Key<uint>(row, column, input, buffer, index, names)
                    : Key<ulong>(row, column, input, buffer, index, names);
            case TextDataViewType:
                Action<ReadOnlyMemory<char>> text = TextSetter(input, buffer, index);
                return Read<ReadOnlyMemory<char>>(row, column, text);
            case BooleanDataViewType:
                Action<double> truth = NumberSetter(input, buffer, index, ofTruth: true);
                return Read<bool>(row, column, value => truth(value ? 1 : 0));
            case DateTimeDataViewType:
                Action<DateTime> date = DateSetter(input, buffer, index);
                return Read(row, column, date);
            case DateTimeOffsetDataViewType:
                Action<DateTime> utc = DateSetter(input, buffer, index);
                return Read<DateTimeOffset>(row, column, value => utc(value.UtcDateTime));
            default:
                return raw == typeof(float) ? Number<float>(row, column, input, buffer, index)
                    : raw == typeof(double) ? Number<double>(row, column, input, buffer, index)
                    : raw == typeof(sbyte) ? Number<sbyte>(row, column, input, buffer, index)
                    : raw == typeof(byte) ? Number<byte>(row, column, input, buffer, index)
                    : raw == typeof(short) ? Number<short>(row, column, input, buffer, index)
                    : raw == typeof(ushort) ? Number<ushort>(row, column, input, buffer, index)
                    : raw == typeof(int) ? Number<int>(row, column, input, buffer, index)
                    : raw == typeof(uint) ? Number<uint>(row, column, input, buffer, index)
                    : raw == typeof(ulong) ? Number<ulong>(row, column, input, buffer, index)
                    : Long(row, column, input, buffer, index);
        }
    }

    private static Action Read<T>(DataViewRow row, DataViewSchema.Column column, Action<T> set)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            set(value);
        };
    }

    private static Action Number<T>(DataViewRow row, DataViewSchema.Column column, InputColumn input, RowBuffer buffer, int index) where T : INumber<T>
    {
        if (input.Kind == ColumnKind.Number)
        {
            ValueGetter<T> get = row.GetGetter<T>(column);
            T value = T.Zero;
            return () =>
            {
                get(ref value);
                buffer.SetNumber(index, double.CreateTruncating(value));
            };
        }
        if (input.Kind == ColumnKind.Vector)
        {
            float[] one = [0];
            return Read<T>(row, column, value =>
            {
                one[0] = float.CreateTruncating(value);
                buffer.SetVector(index, one);
            });
        }
        Action<double> set = NumberSetter(input, buffer, index, ofTruth: false);
        return Read<T>(row, column, value => set(double.CreateTruncating(value)));
    }

    private static Action Long(DataViewRow row, DataViewSchema.Column column, InputColumn input, RowBuffer buffer, int index) =>
        input.Kind == ColumnKind.Integer ? Read<long>(row, column, value => buffer.SetInteger(index, value)) : Number<long>(row, column, input, buffer, index);

    private static Action<double> NumberSetter(InputColumn input, RowBuffer buffer, int index, bool ofTruth)
    {
        KnownCategories known = new(input.Categories ?? []);
        return input.Kind switch
        {
            ColumnKind.Number => value => buffer.SetNumber(index, value),
            ColumnKind.Integer => value => buffer.SetInteger(index, CellValue.TryWhole(value, out long whole) ? whole : IntegerColumn.Missing),
            ColumnKind.Boolean => value => buffer.SetNumber(index, value is 0 or 1 ? value : double.NaN),
            ColumnKind.Date => _ => buffer.SetDate(index, null),
            _ => value => buffer.SetText(index, double.IsNaN(value) ? default : (ofTruth ? known.OfBoolean(value == 1) : known.OfNumber((float)value)).AsMemory()),
        };
    }

    private static Action<ReadOnlyMemory<char>> TextSetter(InputColumn input, RowBuffer buffer, int index) => input.Kind switch
    {
        ColumnKind.Number => text => buffer.SetNumber(index, CellValue.TryNumber(text.Span, out float value) ? value : double.NaN),
        ColumnKind.Integer => text => buffer.SetInteger(index, CellValue.TryInteger(text.Span, out long value) ? value : IntegerColumn.Missing),
        ColumnKind.Boolean => text => buffer.SetNumber(index, CellValue.TryBoolean(text.Span, out bool value) ? value ? 1 : 0 : double.NaN),
        ColumnKind.Date => text => buffer.SetDate(index, CellValue.TryDate(text.Span, out DateTime value) ? value : null),
        _ => text => buffer.SetText(index, text),
    };

    // ML.NET has no missing date; its default stands for one, as in Table.
    private static Action<DateTime> DateSetter(InputColumn input, RowBuffer buffer, int index) => input.Kind switch
    {
        ColumnKind.Date => value => buffer.SetDate(index, value == default ? null : value),
        ColumnKind.Category or ColumnKind.Text => value => buffer.SetText(index, value == default ? default : new DateColumn("", [value.Ticks]).TextAt(0).AsMemory()),
        ColumnKind.Integer => _ => buffer.SetInteger(index, IntegerColumn.Missing),
        _ => _ => buffer.SetNumber(index, double.NaN),
    };

    private static Action Key<T>(DataViewRow row, DataViewSchema.Column column, InputColumn input, RowBuffer buffer, int index, ReadOnlyMemory<char>[] names)
        where T : INumber<T>
    {
        Action<ReadOnlyMemory<char>> set = TextSetter(input, buffer, index);
        return Read<T>(row, column, value =>
        {
            ulong key = ulong.CreateTruncating(value);
            set(key == 0 ? default
                : names.Length == 0 ? key.ToString(CultureInfo.InvariantCulture).AsMemory()
                : key <= (ulong)names.Length ? names[key - 1] : default);
        });
    }

    private static Action Vector<T>(DataViewRow row, DataViewSchema.Column column, InputColumn input, RowBuffer buffer, int index) where T : INumber<T>
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        T[] dense = new T[input.Width];
        float[] floats = new float[input.Width];
        return () =>
        {
            get(ref value);
            value.CopyTo(dense);
            for (int i = 0; i < dense.Length; i++) floats[i] = float.CreateTruncating(dense[i]);
            buffer.SetVector(index, floats);
        };
    }
}
