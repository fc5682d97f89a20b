using System.Runtime.CompilerServices;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Reads the cells of one column over one run of rows into the column's storage.</summary>
internal abstract class ColumnPart
{
    /// <summary>Cells that did not fit the column's kind, and became missing.</summary>
    public int Unreadable { get; private set; }

    /// <summary>The row (index in the table) of the first of them.</summary>
    public int FirstUnreadable { get; private set; }

    /// <summary>What stood there.</summary>
    public string Example { get; private set; } = "";

    /// <summary>Numbers beyond float32, and infinities, which became missing.</summary>
    public int Infinite { get; protected set; }

    /// <summary>The row of the first of them.</summary>
    public int FirstInfinite { get; protected set; }

    /// <summary>Stores a cell that has a value.</summary>
    public abstract void Add(ReadOnlySpan<byte> cell, int row);

    /// <summary>Stores a missing cell.</summary>
    public abstract void AddMissing(int row);

    protected void Refuse(ReadOnlySpan<byte> cell, int row)
    {
        if (Unreadable++ == 0)
        {
            FirstUnreadable = row;
            Example = Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 40)]);
        }
        AddMissing(row);
    }
}

internal sealed class NumberPart(float[] values, DecimalMark mark) : ColumnPart
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(ReadOnlySpan<byte> cell, int row)
    {
        if (!NumberText.TryRead(cell, mark, out double value))
        {
            Refuse(cell, row);
            return;
        }
        float stored = (float)value;
        if (float.IsInfinity(stored))
        {
            if (Infinite++ == 0) FirstInfinite = row;
            stored = float.NaN;
        }
        values[row] = stored;
    }

    public override void AddMissing(int row) => values[row] = float.NaN;
}

internal sealed class IntegerPart(long[] values, DecimalMark mark) : ColumnPart
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(ReadOnlySpan<byte> cell, int row)
    {
        if (NumberText.TryReadWhole(cell, mark, out long value)) values[row] = value;
        else if (!NumberText.TryRead(cell, mark, out double number)) Refuse(cell, row);
        else if (double.IsInfinity(number))
        {
            if (Infinite++ == 0) FirstInfinite = row;
            AddMissing(row);
        }
        else if (double.IsInteger(number) && Math.Abs(number) < 9e18) values[row] = (long)number;
        else Refuse(cell, row);
    }

    public override void AddMissing(int row) => values[row] = IntegerColumn.Missing;
}

internal sealed class BooleanPart(byte[] values) : ColumnPart
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(ReadOnlySpan<byte> cell, int row)
    {
        byte value = Truth(cell);
        if (value == BooleanColumn.Missing) Refuse(cell, row);
        else values[row] = value;
    }

    public override void AddMissing(int row) => values[row] = BooleanColumn.Missing;

    // Only true and false are inferred, but a column that is asked to be boolean may use the other usual words.
    private static byte Truth(ReadOnlySpan<byte> cell)
    {
        Span<byte> lower = stackalloc byte[5];
        if (cell.Length > 5) return BooleanColumn.Missing;
        for (int i = 0; i < cell.Length; i++) lower[i] = (byte)(cell[i] is >= (byte)'A' and <= (byte)'Z' ? cell[i] | 0x20 : cell[i]);
        lower = lower[..cell.Length];
        if (lower.SequenceEqual("true"u8) || lower.SequenceEqual("1"u8) || lower.SequenceEqual("yes"u8) || lower.SequenceEqual("y"u8)
            || lower.SequenceEqual("t"u8) || lower.SequenceEqual("on"u8) || lower.SequenceEqual("1.0"u8)) return 1;
        return lower.SequenceEqual("false"u8) || lower.SequenceEqual("0"u8) || lower.SequenceEqual("no"u8) || lower.SequenceEqual("n"u8)
            || lower.SequenceEqual("f"u8) || lower.SequenceEqual("off"u8) || lower.SequenceEqual("0.0"u8) ? (byte)0 : BooleanColumn.Missing;
    }
}

internal sealed class DatePart(long[] ticks, DateShape layout) : ColumnPart
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(ReadOnlySpan<byte> cell, int row)
    {
        if (DateText.TryRead(cell, layout, out long value) || TryOthers(cell, out value)) ticks[row] = value;
        else Refuse(cell, row);
    }

    public override void AddMissing(int row) => ticks[row] = DateColumn.Missing;

    // Only in a column that is asked to be a date can a cell have another layout than the column's.
    private static bool TryOthers(ReadOnlySpan<byte> cell, out long value)
    {
        for (DateShape one = DateShape.YearFirst; one <= DateShape.Time; one = (DateShape)((int)one << 1))
            if (DateText.TryRead(cell, one, out value)) return true;
        value = 0;
        return false;
    }
}

internal sealed class StringPart(int[] codes) : ColumnPart
{
    /// <summary>The distinct strings of this part; the codes of its rows number them.</summary>
    public StringPool Pool { get; } = new();

    /// <summary>Whether the part holds more text than a pool can.</summary>
    public bool IsFull { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(ReadOnlySpan<byte> cell, int row)
    {
        int code = Pool.Add(cell);
        IsFull |= code < 0;
        codes[row] = code;
    }

    public override void AddMissing(int row) => codes[row] = CategoryColumn.Missing;
}
