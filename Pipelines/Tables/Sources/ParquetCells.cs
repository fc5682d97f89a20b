using Parquet;
using Parquet.Schema;

namespace MLPipes.Pipelines;

/// <summary>Takes a Parquet column's values, row group by row group.</summary>
internal abstract class ParquetCells(CellList cells)
{
    public CellList Cells { get; } = cells;

    public abstract Task ReadAsync(ParquetRowGroupReader group, DataField field);

    /// <summary>What takes the values of <paramref name="field"/>; null where tables have no such kind.</summary>
    public static ParquetCells? For(DataField field)
    {
        Type type = field.ClrType;
        LongCells longs = new(field.Name, 0);
        DoubleCells doubles = new(field.Name, 0);
        DateCells dates = new(field.Name, 0);
        BooleanCells truths = new(field.Name, 0);
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>)) return new Strings(new LooseCells(field.Name));
        if (type == typeof(bool)) return new Of<bool>(truths, v => truths.Add(v is { } b ? b ? (byte)1 : (byte)0 : BooleanColumn.Missing));
        if (type == typeof(float)) return new Of<float>(doubles, v => doubles.Add(v ?? double.NaN));
        if (type == typeof(double)) return new Of<double>(doubles, v => doubles.Add(v ?? double.NaN));
        if (type == typeof(decimal)) return new Of<decimal>(doubles, v => doubles.Add(v is { } d ? (double)d : double.NaN));
        if (type == typeof(ulong)) return new Of<ulong>(doubles, v => doubles.Add(v ?? double.NaN));
        if (type == typeof(long)) return new Of<long>(longs, v => longs.Add(v ?? IntegerColumn.Missing));
        if (type == typeof(int)) return new Of<int>(longs, v => longs.Add(v ?? IntegerColumn.Missing));
        if (type == typeof(uint)) return new Of<uint>(longs, v => longs.Add(v ?? IntegerColumn.Missing));
        if (type == typeof(short)) return new Of<short>(longs, v => longs.Add(v ?? IntegerColumn.Missing));
        if (type == typeof(ushort)) return new Of<ushort>(longs, v => longs.Add(v ?? IntegerColumn.Missing));
        if (type == typeof(byte)) return new Of<byte>(longs, v => longs.Add(v ?? IntegerColumn.Missing));
        if (type == typeof(sbyte)) return new Of<sbyte>(longs, v => longs.Add(v ?? IntegerColumn.Missing));
        if (type == typeof(DateTime)) return new Of<DateTime>(dates, v => dates.Add(v?.Ticks ?? DateColumn.Missing));
        if (type == typeof(DateOnly)) return new Of<DateOnly>(dates, v => dates.Add(v?.DayNumber * TimeSpan.TicksPerDay ?? DateColumn.Missing));
        return null;
    }

    private sealed class Of<T>(CellList cells, Action<T?> add) : ParquetCells(cells) where T : struct
    {
        public override async Task ReadAsync(ParquetRowGroupReader group, DataField field)
        {
            if (field.IsNullable)
            {
                T?[] values = new T?[group.RowCount];
                await group.ReadAsync<T>(field, values.AsMemory());
                foreach (T? value in values) add(value);
            }
            else
            {
                T[] values = new T[group.RowCount];
                await group.ReadAsync<T>(field, values.AsMemory());
                foreach (T value in values) add(value);
            }
        }
    }

    private sealed class Strings(LooseCells texts) : ParquetCells(texts)
    {
        public override async Task ReadAsync(ParquetRowGroupReader group, DataField field)
        {
            string?[] values = new string?[group.RowCount];
            await group.ReadAsync(field, values.AsMemory()!);
            foreach (string? value in values)
            {
                if (value is null) texts.AddMissing();
                else texts.Add(value);
            }
        }
    }
}
