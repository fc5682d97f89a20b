using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>One input row of a fitted pipeline, refilled for each row that is scored, without allocating.</summary>
/// <remarks>Not safe for several threads at once; make one a thread.</remarks>
public sealed class RowBuffer
{
    private const int InfinityBits = 0x7F800000; // that infinities and NaN have, and no other number

    private readonly Column[] columns;
    private readonly object[] storage;
    private readonly float[] numbers; // the cells of all number columns
    private readonly int[] numberAt; // [columns]: where in the numbers, −1 at other columns

    /// <summary>A buffer for columns of these names and kinds; every cell starts missing. Categories are held as text.</summary>
    public RowBuffer(IReadOnlyList<(string Name, ColumnKind Kind, int Width)> schema)
    {
        columns = new Column[schema.Count];
        storage = new object[schema.Count];
        numbers = new float[schema.Count(c => c.Kind == ColumnKind.Number)];
        numberAt = new int[schema.Count];
        Array.Fill(numbers, float.NaN);
        Array.Fill(numberAt, -1);
        int number = 0;
        for (int i = 0; i < schema.Count; i++)
        {
            (string name, ColumnKind kind, int width) = schema[i];
            switch (kind)
            {
                case ColumnKind.Number: columns[i] = new NumberColumn(name, numbers, number, 1); storage[i] = numbers; numberAt[i] = number++; break;
                case ColumnKind.Integer: long[] integers = [IntegerColumn.Missing]; columns[i] = new IntegerColumn(name, integers); storage[i] = integers; break;
                case ColumnKind.Boolean: byte[] truths = [BooleanColumn.Missing]; columns[i] = new BooleanColumn(name, truths); storage[i] = truths; break;
                case ColumnKind.Date: long[] ticks = [DateColumn.Missing]; columns[i] = new DateColumn(name, ticks); storage[i] = ticks; break;
                case ColumnKind.Vector: float[] vector = new float[width]; columns[i] = new VectorColumn(name, vector, width); storage[i] = vector; break;
                default: ReadOnlyMemory<char>[] texts = [default]; columns[i] = new TextColumn(name, texts); storage[i] = texts; break;
            }
        }
    }

    /// <summary>The columns, each of one row.</summary>
    public IReadOnlyList<Column> Columns => columns;

    /// <summary>The columns as a span, for transforms.</summary>
    public ReadOnlySpan<Column> AsSpan() => columns;

    /// <summary>The cells of all number columns.</summary>
    internal ReadOnlySpan<float> Numbers => numbers;

    /// <summary>Where the cell of <paramref name="column"/> (index from 0) is in <see cref="Numbers"/>; null where the column holds no numbers.</summary>
    internal int? NumberAt(int column) => numberAt[column] < 0 ? null : numberAt[column];

    /// <summary>Sets the number at <paramref name="column"/> (index from 0); NaN for missing. Booleans take 0 and 1; integers are rounded.</summary>
    /// <exception cref="InvalidCastException">The column holds text, dates or vectors.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetNumber(int column, double value)
    {
        int at = numberAt[column];
        if (at < 0)
        {
            SetOther(column, value);
            return;
        }
        numbers[at] = FiniteOrNaN((float)value);
    }

    /// <summary>Sets the numbers at columns <paramref name="first"/>, first + 1, …, as <see cref="SetNumber"/> does, in less time.</summary>
    /// <exception cref="InvalidCastException">A column holds text, dates or vectors.</exception>
    /// <exception cref="IndexOutOfRangeException">There are more numbers than columns.</exception>
    public void SetNumbers(int first, params ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return;
        int at = numberAt[first], last = values.Length - 1;
        // Only number columns have places, one after another: where the last one's fits, so do all between.
        if (at < 0 || numberAt[first + last] != at + last)
        {
            for (int i = 0; i < values.Length; i++) SetNumber(first + i, values[i]);
            return;
        }
        Span<float> cells = numbers.AsSpan(at, values.Length);
        for (int i = 0; i < cells.Length && i < values.Length; i++) cells[i] = FiniteOrNaN(values[i]);
    }

    private void SetOther(int column, double value)
    {
        switch (storage[column])
        {
            case byte[] truths: truths[0] = double.IsNaN(value) ? BooleanColumn.Missing : value != 0 ? (byte)1 : (byte)0; break;
            case long[] integers when columns[column] is IntegerColumn: integers[0] = double.IsFinite(value) ? (long)Math.Round(value) : IntegerColumn.Missing; break;
            default: throw new InvalidCastException($"Column '{columns[column].Name}' is a {columns[column].Kind} column and takes no number.");
        }
    }

    /// <summary>Sets the whole number at <paramref name="column"/>, exactly; <see cref="IntegerColumn.Missing"/> for missing.</summary>
    /// <exception cref="InvalidCastException">The column holds no integers.</exception>
    public void SetInteger(int column, long value)
    {
        if (columns[column] is not IntegerColumn) throw new InvalidCastException($"Column '{columns[column].Name}' is a {columns[column].Kind} column and takes no whole number.");
        ((long[])storage[column])[0] = value;
    }

    /// <summary>Sets the text or category at <paramref name="column"/>; empty for missing.</summary>
    /// <exception cref="InvalidCastException">The column holds no text.</exception>
    public void SetText(int column, ReadOnlyMemory<char> value)
    {
        if (storage[column] is not ReadOnlyMemory<char>[] texts) throw new InvalidCastException($"Column '{columns[column].Name}' is a {columns[column].Kind} column and takes no text.");
        texts[0] = value;
    }

    /// <summary>Sets the point in time at <paramref name="column"/>; null for missing.</summary>
    /// <exception cref="InvalidCastException">The column holds no dates.</exception>
    public void SetDate(int column, DateTime? value)
    {
        if (columns[column] is not DateColumn) throw new InvalidCastException($"Column '{columns[column].Name}' is a {columns[column].Kind} column and takes no date.");
        ((long[])storage[column])[0] = value?.Ticks ?? DateColumn.Missing;
    }

    /// <summary>Sets the vector at <paramref name="column"/>.</summary>
    /// <exception cref="InvalidCastException">The column holds no vectors, or of another width.</exception>
    public void SetVector(int column, ReadOnlySpan<float> values)
    {
        if (columns[column] is not VectorColumn vector || vector.Width != values.Length)
            throw new InvalidCastException($"Column '{columns[column].Name}' takes no vector of width {values.Length}.");
        values.CopyTo((float[])storage[column]);
    }

    // By its bits: in a register of floats, a conversion waits for what was done there for the column before.
    private static float FiniteOrNaN(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return (bits & InfinityBits) == InfinityBits ? float.NaN : BitConverter.Int32BitsToSingle(bits);
    }
}
