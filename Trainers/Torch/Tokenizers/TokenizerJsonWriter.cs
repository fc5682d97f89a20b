using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Writes tokenizer.json as Python's tokenizers reads it.</summary>
internal static class TokenizerJsonWriter
{
    private static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's content.</summary>
    public static byte[] ToBytes(TokenizerDefinition definition)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, options)) Write(json, definition);
        return stream.ToArray();
    }

    /// <summary>An object of ids by piece under the name "vocab".</summary>
    public static void Vocabulary(Utf8JsonWriter json, IReadOnlyList<string> pieces)
    {
        json.WriteStartObject("vocab");
        for (int id = 0; id < pieces.Count; id++)
            if (pieces[id].Length > 0) json.WriteNumber(pieces[id], id);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (AddedToken token in definition.Added.OrderBy(t => t.Id)) Added(json, token);
        json.WriteEndArray();
        json.WritePropertyName("normalizer");
        if (definition.Normalizer is null) json.WriteNullValue();
        else definition.Normalizer.WriteJson(json);
        json.WritePropertyName("pre_tokenizer");
        if (definition.Splitter is null) json.WriteNullValue();
        else definition.Splitter.WriteJson(json);
        json.WritePropertyName("post_processor");
        PostProcessor(json, definition);
        json.WritePropertyName("decoder");
        Decoder(json, definition);
        json.WritePropertyName("model");
        definition.Model.WriteJson(json);
        json.WriteEndObject();
    }

    private static void Added(Utf8JsonWriter json, AddedToken token)
    {
        json.WriteStartObject();
        json.WriteNumber("id", token.Id);
        json.WriteString("content", token.Content);
        json.WriteBoolean("single_word", token.SingleWord);
        json.WriteBoolean("lstrip", token.StripsLeft);
        json.WriteBoolean("rstrip", token.StripsRight);
        json.WriteBoolean("normalized", token.Normalized);
        json.WriteBoolean("special", token.IsSpecial);
        json.WriteEndObject();
    }

    private static void PostProcessor(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        if (!definition.TrimsOffsets)
        {
            Template(json, definition);
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("processors");
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", definition.AddsPrefixBlank);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
        Template(json, definition);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Template(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        SpecialTokens special = definition.Special;
        string start = NameOf(definition, special.Start), separator = NameOf(definition, special.Separator);
        json.WriteStartObject();
        json.WriteString("type", "TemplateProcessing");
        json.WriteStartArray("single");
        Step(json, "SpecialToken", start, 0);
        Step(json, "Sequence", "A", 0);
        Step(json, "SpecialToken", separator, 0);
        json.WriteEndArray();
        int type = special.UsesTypeIds ? 1 : 0;
        json.WriteStartArray("pair");
        Step(json, "SpecialToken", start, 0);
        Step(json, "Sequence", "A", 0);
        Step(json, "SpecialToken", separator, 0);
        if (special.DoubleSeparator) Step(json, "SpecialToken", separator, 0);
        Step(json, "Sequence", "B", type);
        Step(json, "SpecialToken", separator, type);
        json.WriteEndArray();
        json.WriteStartObject("special_tokens");
        foreach (int id in new SortedSet<int> { special.Start, special.Separator })
        {
            if (id < 0) continue;
            string name = NameOf(definition, id);
            json.WriteStartObject(name);
            json.WriteString("id", name);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Step(Utf8JsonWriter json, string kind, string id, int type)
    {
        if (id.Length == 0) return;
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteString("id", id);
        json.WriteNumber("type_id", type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Decoder(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        json.WriteStartObject();
        switch (definition.Model)
        {
            case WordPieceModel wordPiece:
                json.WriteString("type", "WordPiece");
                json.WriteString("prefix", wordPiece.Prefix);
                json.WriteBoolean("cleanup", true);
                break;
            case BpeModel:
                json.WriteString("type", "ByteLevel");
                json.WriteBoolean("add_prefix_space", true);
                json.WriteBoolean("trim_offsets", true);
                json.WriteBoolean("use_regex", true);
                break;
            default:
                json.WriteString("type", "Metaspace");
                json.WriteString("replacement", "\u2581");
                json.WriteString("prepend_scheme", "always");
                json.WriteBoolean("split", true);
                break;
        }
        json.WriteEndObject();
    }

    /// <summary>The spelling of a token; empty for -1.</summary>
    public static string NameOf(TokenizerDefinition definition, int id)
    {
        if (id < 0) return "";
        foreach (AddedToken token in definition.Added)
            if (token.Id == id) return token.Content;
        return id < definition.Model.Pieces.Count ? definition.Model.Pieces[id] : "";
    }
}
