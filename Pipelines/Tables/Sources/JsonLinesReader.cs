using System.Text;
using System.Text.Json;

namespace MLPipes.Pipelines;

/// <summary>Reads one JSON object a line; inner objects become columns with dotted names, lists become their JSON text.</summary>
internal static class JsonLinesReader
{
    private const int MaxDepth = 64;

    public static Table Read(IByteSource source, string name)
    {
        Dictionary<string, LooseCells> columns = new(StringComparer.Ordinal);
        HashSet<string> lists = new(StringComparer.Ordinal);
        List<string> warnings = [];
        using SourceStream stream = new(source);
        byte[] buffer = new byte[1 << 16];
        int filled = 0, rows = 0;
        long line = 0;
        bool atEnd = false;
        while (!atEnd)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, checked(buffer.Length * 2));
            int read = stream.Read(buffer.AsSpan(filled));
            atEnd = read == 0;
            filled += read;
            int start = line == 0 && buffer.AsSpan(0, filled).StartsWith("\uFEFF"u8) ? 3 : 0, length;
            while ((length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0 || (atEnd && start < filled))
            {
                if (length < 0) length = filled - start;
                line++;
                ReadOnlySpan<byte> text = CellText.Trim(buffer.AsSpan(start, length));
                if (!text.IsEmpty) ReadLine(text, name, line, rows++, columns, lists);
                start = Math.Min(filled, start + length + 1);
            }
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
        }
        if (columns.Count == 0) throw new TableException($"{name}: no JSON object with a value; one object a line was expected.", null);
        foreach (LooseCells cells in columns.Values) Fill(cells, rows);
        if (lists.Count > 0) warnings.Add($"Lists are read as their JSON text: {string.Join(", ", lists)}.");
        return new Table(columns.Values.Select(c => c.Finish(warnings)).ToArray(), warnings, name);
    }

    private static void ReadLine(ReadOnlySpan<byte> text, string name, long line, int row, Dictionary<string, LooseCells> columns, HashSet<string> lists)
    {
        try
        {
            Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new TableException($"{name}: line {line} is no JSON object; one object a line was expected.", null);
            ReadObject(ref reader, text, "", row, columns, lists);
            if (reader.Read()) throw new TableException($"{name}: line {line} holds more than one JSON object.", null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new TableException($"{name}: line {line} is not valid JSON ({error.Message.Split('.')[0]}).", error);
        }
    }

    private static void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string prefix, int row, Dictionary<string, LooseCells> columns, HashSet<string> lists)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = prefix + reader.GetString();
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadObject(ref reader, text, key + ".", row, columns, lists);
                continue;
            }
            if (!columns.TryGetValue(key, out LooseCells? cells)) columns.Add(key, cells = new LooseCells(key));
            // A key that stands twice in one object counts once, as its first value.
            bool isTaken = cells.Count > row;
            if (!isTaken) Fill(cells, row);
            ReadValue(ref reader, text, isTaken ? new LooseCells(key) : cells, lists);
        }
    }

    private static void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, LooseCells cells, HashSet<string> lists)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out long whole) && whole != IntegerColumn.Missing: cells.Add(whole); break;
            case JsonTokenType.Number: cells.Add(reader.GetDouble()); break;
            case JsonTokenType.True or JsonTokenType.False: cells.Add(reader.GetBoolean()); break;
            case JsonTokenType.String: cells.Add(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan); break;
            case JsonTokenType.StartArray:
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                cells.Add(text[start..(int)reader.BytesConsumed]);
                lists.Add(cells.Name);
                break;
            default: cells.AddMissing(); break;
        }
    }

    private static void Fill(LooseCells cells, int rows)
    {
        while (cells.Count < rows) cells.AddMissing();
    }
}
