using System.Buffers;
using System.Globalization;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Writes cells of columns as delimited UTF-8 text, quoted where reading them back needs it.</summary>
internal sealed class CsvOutput(Stream stream, byte separator)
{
    private const int FlushBytes = 1 << 16;

    private readonly ArrayBufferWriter<byte> buffer = new(FlushBytes * 2);
    private byte[] scratch = new byte[256];

    public void Separator() => Raw(separator);

    public void Raw(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        buffer.Write(bytes);
        if (buffer.WrittenCount >= FlushBytes) Flush();
    }

    public void Flush()
    {
        stream.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }

    /// <summary>One cell; a missing one is empty.</summary>
    public void Cell(Column column, int row)
    {
        if (column.IsMissing(row)) return;
        switch (column)
        {
            case NumberColumn number: Format(number.Values[row], default); break;
            case IntegerColumn integer: Format(integer.Values[row], default); break;
            case BooleanColumn boolean: Raw(boolean.Values[row] == 1 ? "true"u8 : "false"u8); break;
            case DateColumn date when date.Ticks[row] % TimeSpan.TicksPerDay == 0: Format(new DateTime(date.Ticks[row]), "yyyy-MM-dd"); break;
            case DateColumn date: Format(new DateTime(date.Ticks[row]), "yyyy-MM-ddTHH:mm:ss.FFFFFFF"); break;
            case CategoryColumn category: Text(category.Categories[category.Codes[row]]); break;
            case TextColumn text: Text(text.Cells[row].Span); break;
            default: Text(column.TextAt(row)); break;
        }
    }

    /// <summary>A string, in quotes where it holds what ends a cell or white space that reading would take off.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (scratch.Length < most) scratch = new byte[most * 2];
        ReadOnlySpan<byte> bytes = scratch.AsSpan(0, Encoding.UTF8.GetBytes(text, scratch));
        bool needsQuotes = bytes.ContainsAny((byte)'"', (byte)'\n', (byte)'\r') || bytes.Contains(separator)
            || (!bytes.IsEmpty && (bytes[0] <= ' ' || bytes[^1] <= ' ' || bytes.StartsWith("\uFEFF"u8)));
        if (!needsQuotes)
        {
            Raw(bytes);
            return;
        }
        Raw((byte)'"');
        for (int quote; (quote = bytes.IndexOf((byte)'"')) >= 0; bytes = bytes[(quote + 1)..])
        {
            Raw(bytes[..(quote + 1)]);
            Raw((byte)'"');
        }
        Raw(bytes);
        Raw((byte)'"');
    }

    private void Format<T>(T value, ReadOnlySpan<char> format) where T : IUtf8SpanFormattable
    {
        Span<byte> target = buffer.GetSpan(64);
        value.TryFormat(target, out int written, format, CultureInfo.InvariantCulture);
        buffer.Advance(written);
        if (buffer.WrittenCount >= FlushBytes) Flush();
    }
}
