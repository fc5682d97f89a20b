using System.Globalization;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Cells of one column of a source whose cells each have a type of their own, as in JSON and SQLite.</summary>
internal sealed class LooseCells(string name) : CellList(name)
{
    [Flags]
    private enum Tag : byte
    {
        Missing = 0,
        Whole = 1,
        Real = 2,
        Truth = 4,
        Text = 8,
    }

    private readonly List<Tag> tags = [];
    private readonly List<long> values = [];
    private readonly StringPool pool = new();
    private Tag seen;

    public int Count => tags.Count;

    public void AddMissing() => Add(Tag.Missing, 0);

    public void Add(long value) => Add(Tag.Whole, value);

    public void Add(double value) => Add(double.IsNaN(value) ? Tag.Missing : Tag.Real, BitConverter.DoubleToInt64Bits(value));

    public void Add(bool value) => Add(Tag.Truth, value ? 1 : 0);

    public void Add(DateTime value) => Add(value.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture));

    public void Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    public void Add(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) AddMissing();
        else Add(Tag.Text, Code(text));
    }

    public override Column Finish(List<string> warnings)
    {
        switch (seen)
        {
            case Tag.Whole:
                LongCells longs = new(Name, Count);
                for (int row = 0; row < Count; row++) longs.Add(tags[row] == Tag.Missing ? IntegerColumn.Missing : values[row]);
                return longs.Finish(warnings);
            case Tag.Real or (Tag.Real | Tag.Whole):
                DoubleCells doubles = new(Name, Count);
                for (int row = 0; row < Count; row++)
                    doubles.Add(tags[row] switch { Tag.Whole => values[row], Tag.Real => BitConverter.Int64BitsToDouble(values[row]), _ => double.NaN });
                return doubles.Finish(warnings);
            case Tag.Truth:
                return new BooleanColumn(Name, [.. tags.Select((t, row) => t == Tag.Missing ? BooleanColumn.Missing : (byte)values[row])]);
            case Tag.Missing or Tag.Text:
                return StringColumns.Infer(Name, Codes(), pool, warnings);
            default:
                warnings.Add($"Column '{Name}' mixes text, numbers and truth values; it is read as text.");
                return StringColumns.Make(Name, Codes(), pool, kind: null);
        }
    }

    private void Add(Tag tag, long value)
    {
        seen |= tag;
        tags.Add(tag);
        values.Add(value);
    }

    private int[] Codes()
    {
        int[] codes = new int[Count];
        for (int row = 0; row < codes.Length; row++)
        {
            codes[row] = tags[row] switch
            {
                Tag.Text => (int)values[row],
                Tag.Whole => Code(Encoding.UTF8.GetBytes(values[row].ToString(CultureInfo.InvariantCulture))),
                Tag.Real => Code(Encoding.UTF8.GetBytes(BitConverter.Int64BitsToDouble(values[row]).ToString(CultureInfo.InvariantCulture))),
                Tag.Truth => Code(values[row] == 1 ? "true"u8 : "false"u8),
                _ => CategoryColumn.Missing,
            };
        }
        return codes;
    }

    private int Code(ReadOnlySpan<byte> text)
    {
        int code = pool.Add(text);
        return code >= 0 ? code : throw new TableException(Name, Count + 1L, "more than 1 GiB of distinct text", "less in one column");
    }
}
