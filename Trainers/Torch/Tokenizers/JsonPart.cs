using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>A value of a JSON file that is not trusted, with its place for messages.</summary>
internal readonly struct JsonPart(JsonElement element, string file, string path)
{
    /// <summary>The file's name in messages.</summary>
    public string File => file;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    public bool IsText => element.ValueKind == JsonValueKind.String;

    public bool IsList => element.ValueKind == JsonValueKind.Array;

    /// <summary>The value of a whole file.</summary>
    public static JsonPart Parse(ReadOnlyMemory<byte> bytes, string file)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return new JsonPart(document.RootElement.Clone(), file, "");
        }
        catch (JsonException error)
        {
            throw new BundleException($"{file}: it is no sound JSON ({error.Message.TrimEnd('.')}). Copy the encoder's files again.", error);
        }
    }

    /// <summary>A member that must be there.</summary>
    public JsonPart this[string name] => Find(name) ?? throw Error($"'{Name(name)}' is missing");

    /// <summary>A member; null where it is missing or null.</summary>
    public JsonPart? Find(string name)
    {
        if (!IsObject) throw Wrong("an object");
        return element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? new JsonPart(value, file, Name(name)) : null;
    }

    /// <summary>A text.</summary>
    public string Text()
    {
        if (!IsText) throw Wrong("a text");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error($"'{path}' holds half a surrogate pair, which is no character");
        }
    }

    /// <summary>A truth value.</summary>
    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    /// <summary>A whole number in [<paramref name="low"/>, <paramref name="high"/>].</summary>
    public int Number(int low, int high)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int value)) throw Wrong("a whole number");
        return value >= low && value <= high ? value : throw Error($"'{path}' is {value}, outside [{low}, {high}]");
    }

    /// <summary>A finite number.</summary>
    public double Real()
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out double value) || !double.IsFinite(value)) throw Wrong("a number");
        return value;
    }

    /// <summary>The members of an object, in the file's order.</summary>
    public IEnumerable<(string Name, JsonPart Value)> Members()
    {
        if (!IsObject) throw Wrong("an object");
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string name = NameOf(member);
            yield return (name, new JsonPart(member.Value, file, path));
        }
    }

    /// <summary>The items of a list.</summary>
    public IEnumerable<JsonPart> Items()
    {
        if (!IsList) throw Wrong("a list");
        foreach (JsonElement item in element.EnumerateArray()) yield return new JsonPart(item, file, path);
    }

    /// <summary>The error for a value that can't be.</summary>
    public BundleException Error(string problem, string next = "Copy the encoder's files again.") => new($"{file}: {problem}. {next}");

    /// <summary>The error for a part of a tokenizer that mlpipes does not have.</summary>
    public BundleException Unsupported(string what, string type) =>
        Error($"the {what} '{type}' is not supported", "Take an encoder of the BERT, RoBERTa, XLM-R, DistilBERT, ELECTRA, ALBERT or MPNet kind.");

    private BundleException Wrong(string expected) => Error($"'{(path.Length == 0 ? "the file" : path)}' is {Describe()} where {expected} is expected");

    private string Describe() => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => $"the number {element.GetRawText()[..Math.Min(element.GetRawText().Length, 30)]}",
        JsonValueKind.Null => "null",
        _ => "a truth value",
    };

    private string Name(string member) => path.Length == 0 ? member : $"{path}.{member}";

    private string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw Error($"a name in '{path}' holds half a surrogate pair, which is no character");
        }
    }
}
