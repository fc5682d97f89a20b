using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Cells of one column that come one at a time from a typed source.</summary>
internal abstract class CellList(string name)
{
    public string Name { get; } = name;

    /// <summary>The column of all cells added.</summary>
    public abstract Column Finish(List<string> warnings);
}

/// <summary>Floating-point cells; NaN is missing, and so is what float32 can't hold.</summary>
internal sealed class FloatCells(string name, int capacity) : CellList(name)
{
    private readonly List<float> values = new(capacity);
    private int infinite;
    private int firstInfinite;

    public void Add(double value)
    {
        float stored = (float)value;
        if (float.IsInfinity(stored))
        {
            if (infinite++ == 0) firstInfinite = values.Count + 1;
            stored = float.NaN;
        }
        values.Add(stored);
    }

    public override Column Finish(List<string> warnings)
    {
        if (infinite > 0) warnings.Add($"Column '{Name}': {infinite} {(infinite == 1 ? "cell is" : "cells are")} infinite or beyond float32 and became missing; the first is in row {firstInfinite}.");
        return new NumberColumn(Name, values.ToArray());
    }
}

/// <summary>float64 cells: whole numbers beyond float32's exact range become integers, all else float32.</summary>
internal sealed class DoubleCells(string name, int capacity) : CellList(name)
{
    // float64 holds all integers up to this one.
    private const double DoubleExact = 1L << 53;

    private readonly List<double> values = new(capacity);

    public void Add(double value) => values.Add(value);

    public override Column Finish(List<string> warnings)
    {
        double most = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value)) continue;
            most = double.IsInteger(value) ? Math.Max(most, Math.Abs(value)) : double.PositiveInfinity;
            if (most > DoubleExact) break;
        }
        if (most is <= ColumnPlanner.FloatExact or > DoubleExact)
        {
            FloatCells floats = new(Name, values.Count);
            foreach (double value in values) floats.Add(value);
            return floats.Finish(warnings);
        }
        long[] whole = new long[values.Count];
        for (int i = 0; i < whole.Length; i++) whole[i] = double.IsNaN(values[i]) ? IntegerColumn.Missing : (long)values[i];
        return new IntegerColumn(Name, whole);
    }
}

/// <summary>Whole numbers, which become a number column where float32 holds them exactly.</summary>
internal sealed class LongCells(string name, int capacity) : CellList(name)
{
    private readonly List<long> values = new(capacity);

    /// <summary>Adds a cell; <see cref="IntegerColumn.Missing"/> is missing.</summary>
    public void Add(long value) => values.Add(value);

    public override Column Finish(List<string> warnings)
    {
        foreach (long value in values)
            if (value is (< -ColumnPlanner.FloatExact or > ColumnPlanner.FloatExact) and not IntegerColumn.Missing) return new IntegerColumn(Name, values.ToArray());
        float[] numbers = new float[values.Count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = values[i] == IntegerColumn.Missing ? float.NaN : values[i];
        return new NumberColumn(Name, numbers);
    }
}

internal sealed class BooleanCells(string name, int capacity) : CellList(name)
{
    private readonly List<byte> values = new(capacity);

    /// <summary>Adds a cell; 0, 1 or <see cref="BooleanColumn.Missing"/>.</summary>
    public void Add(byte value) => values.Add(value);

    public override Column Finish(List<string> warnings) => new BooleanColumn(Name, values.ToArray());
}

internal sealed class DateCells(string name, int capacity) : CellList(name)
{
    private readonly List<long> ticks = new(capacity);

    /// <summary>Adds a cell; <see cref="DateColumn.Missing"/> is missing.</summary>
    public void Add(long value) => ticks.Add(value);

    public override Column Finish(List<string> warnings) => new DateColumn(Name, ticks.ToArray());
}

/// <summary>Strings; an empty one is missing. They become a category or a text by what they look like.</summary>
internal sealed class StringCells(string name, int capacity) : CellList(name)
{
    private readonly List<int> codes = new(capacity);
    private readonly StringPool pool = new();
    private byte[] scratch = new byte[256];

    public void Add(string? text) => Add(text.AsSpan());

    public void Add(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            codes.Add(CategoryColumn.Missing);
            return;
        }
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (scratch.Length < most) scratch = new byte[most * 2];
        int code = pool.Add(scratch.AsSpan(0, Encoding.UTF8.GetBytes(text, scratch)));
        if (code < 0) throw new TableException(Name, codes.Count + 1L, "more than 1 GiB of distinct text", "less in one column");
        codes.Add(code);
    }

    public override Column Finish(List<string> warnings) => StringColumns.Make(Name, codes.ToArray(), pool, kind: null);
}

/// <summary>Codes into strings that are known beforehand, as ML.NET's keys are.</summary>
internal sealed class KeyCells(string name, int capacity, IReadOnlyList<string> keys) : CellList(name)
{
    private readonly List<int> codes = new(capacity);

    /// <summary>Adds a key: 0 is missing, 1 the first string.</summary>
    public void Add(uint key) => codes.Add(key == 0 || key > keys.Count ? CategoryColumn.Missing : (int)key - 1);

    public override Column Finish(List<string> warnings)
    {
        StringPool pool = new();
        int[] map = [.. keys.Select(k => pool.Add(Encoding.UTF8.GetBytes(k)))];
        int[] mapped = new int[codes.Count];
        for (int i = 0; i < mapped.Length; i++) mapped[i] = codes[i] < 0 ? codes[i] : map[codes[i]];
        return StringColumns.Make(Name, mapped, pool, ColumnKind.Category);
    }
}

/// <summary>Vectors of one width.</summary>
internal sealed class VectorCells(string name, int capacity, int? width, IReadOnlyList<string>? slotNames) : CellList(name)
{
    private readonly List<float> values = new(capacity * Math.Max(width ?? 0, 0));
    private int? width = width;
    private int rows;

    public void Add(float[]? vector) => Add(vector.AsSpan());

    public void Add(ReadOnlySpan<float> vector)
    {
        width ??= vector.Length;
        rows++;
        if (vector.Length != width || vector.IsEmpty)
            throw new TableException(Name, rows, $"{vector.Length} values", width is 0 or null ? "at least one" : $"{width} as in the rows before");
        foreach (float value in vector) values.Add(value);
    }

    public override Column Finish(List<string> warnings) => new VectorColumn(Name, values.ToArray(), width ?? 1, slotNames);
}
