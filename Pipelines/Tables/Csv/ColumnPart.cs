using System.Runtime.CompilerServices;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Reads the cells of one column over one run of rows into storage: the column's own, or, while its rows are not counted yet, one of the part's.</summary>
internal abstract class ColumnPart
{
    /// <summary>Cells that did not fit the column's kind, and became missing.</summary>
    public int Unreadable { get; private set; }

    /// <summary>The index in the table of row 0 of this part.</summary>
    public int FirstRow { get; private set; }

    /// <summary>The row of the first of them.</summary>
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

    /// <summary>Stores a cell that has a value and takes it into <paramref name="facts"/> as well.</summary>
    /// <param name="cell">Its content.</param>
    /// <param name="trimmed">The same without white space at the ends.</param>
    /// <param name="row">Where it goes.</param>
    /// <param name="facts">What the column's cells are found to be.</param>
    public virtual void Sift(ReadOnlySpan<byte> cell, ReadOnlySpan<byte> trimmed, int row, ColumnFacts facts)
    {
        facts.Add(trimmed);
        Add(trimmed, row);
    }

    /// <summary>Makes room for <paramref name="rows"/> in a part with storage of its own.</summary>
    public abstract void Grow(int rows);

    /// <summary>Makes room, before anything is stored, for about what another part of the column holds.</summary>
    public virtual void Expect(ColumnPart other) { }

    /// <summary>Lets go of what only storing needs.</summary>
    public virtual void Seal() { }

    /// <summary>Copies the part's own storage to where it belongs in the column's, and lets it go.</summary>
    public void MoveTo(Array storage, int firstRow, int rows)
    {
        FirstRow = firstRow;
        Array.Copy(Storage, 0, storage, firstRow, rows);
        LetGo();
    }

    protected abstract Array Storage { get; }

    protected abstract void LetGo();

    protected static void Grow<T>(ref T[] values, int used, int rows)
    {
        T[] grown = GC.AllocateUninitializedArray<T>(rows);
        values.AsSpan(0, used).CopyTo(grown);
        values = grown;
    }

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Sift(ReadOnlySpan<byte> cell, ReadOnlySpan<byte> trimmed, int row, ColumnFacts facts)
    {
        if (mark == DecimalMark.Point && facts.IsOnlyNumber && NumberText.TryPlain(trimmed, out double value, out long whole, out NumberShape shape))
        {
            facts.AddPlain(shape, whole);
            values[row] = (float)value;
            return;
        }
        facts.Add(trimmed);
        Add(trimmed, row);
    }

    public override void Grow(int rows) => Grow(ref values, values.Length, rows);

    protected override Array Storage => values;

    protected override void LetGo() => values = [];
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Sift(ReadOnlySpan<byte> cell, ReadOnlySpan<byte> trimmed, int row, ColumnFacts facts)
    {
        if (facts.IsOnlyNumber && NumberText.TryPlain(trimmed, out _, out long whole, out NumberShape shape) && (shape & NumberShape.HasMark) == 0)
        {
            facts.AddPlain(shape, whole);
            values[row] = whole;
            return;
        }
        facts.Add(trimmed);
        Add(trimmed, row);
    }

    public override void Grow(int rows) => Grow(ref values, values.Length, rows);

    protected override Array Storage => values;

    protected override void LetGo() => values = [];
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

    public override void Grow(int rows) => Grow(ref values, values.Length, rows);

    protected override Array Storage => values;

    protected override void LetGo() => values = [];

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Sift(ReadOnlySpan<byte> cell, ReadOnlySpan<byte> trimmed, int row, ColumnFacts facts)
    {
        if (facts.IsOnlyDate(layout) && DateText.TryRead(trimmed, layout, out long value))
        {
            facts.AddDate();
            ticks[row] = value;
            return;
        }
        facts.Add(trimmed);
        Add(trimmed, row);
    }

    public override void Grow(int rows) => Grow(ref ticks, ticks.Length, rows);

    protected override Array Storage => ticks;

    protected override void LetGo() => ticks = [];

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
    public StringPool Pool { get; private set; } = new();

    public override void Expect(ColumnPart other)
    {
        StringPool pool = ((StringPart)other).Pool;
        Pool = new StringPool(pool.Count + (pool.Count / 16) + 16, pool.TotalBytes + (pool.TotalBytes / 16) + 256);
    }

    public override void Seal() => Pool.Seal();

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Sift(ReadOnlySpan<byte> cell, ReadOnlySpan<byte> trimmed, int row, ColumnFacts facts)
    {
        if (!facts.IsSettled) facts.Add(trimmed);
        int code = Pool.Add(cell);
        IsFull |= code < 0;
        codes[row] = code;
    }

    public override void Grow(int rows) => Grow(ref codes, codes.Length, rows);

    protected override Array Storage => codes;

    protected override void LetGo() => codes = [];
}
