namespace MLPipes.Pipelines;

/// <summary>One input row of a fitted pipeline, refilled for each row that is scored, without allocating.</summary>
/// <remarks>Not safe for several threads at once; make one a thread.</remarks>
public sealed class RowBuffer
{
    private readonly Column[] columns;
    private readonly object[] storage;
    private readonly float[]?[] numberCells; // the storage of number columns, which are most; null at others

    /// <summary>A buffer for columns of these names and kinds; every cell starts missing. Categories are held as text.</summary>
    public RowBuffer(IReadOnlyList<(string Name, ColumnKind Kind, int Width)> schema)
    {
        columns = new Column[schema.Count];
        storage = new object[schema.Count];
        numberCells = new float[schema.Count][];
        for (int i = 0; i < schema.Count; i++)
        {
            (string name, ColumnKind kind, int width) = schema[i];
            switch (kind)
            {
                case ColumnKind.Number: float[] numbers = [float.NaN]; columns[i] = new NumberColumn(name, numbers); storage[i] = numberCells[i] = numbers; break;
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

    /// <summary>Sets the number at <paramref name="column"/> (index from 0); NaN for missing. Booleans take 0 and 1; integers are rounded.</summary>
    /// <exception cref="InvalidCastException">The column holds text, dates or vectors.</exception>
    public void SetNumber(int column, double value)
    {
        if (numberCells[column] is { } number)
        {
            number[0] = float.IsFinite((float)value) ? (float)value : float.NaN;
            return;
        }
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
}
