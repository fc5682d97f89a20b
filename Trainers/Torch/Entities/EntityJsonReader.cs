using System.Globalization;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>
/// Reads JSON lines: <c>{"tokens": [...], "tags": [...]}</c>, or <c>{"text": "...", "entities": [...]}</c> where the list may be called spans, labels, label or annotations
/// and holds objects (<c>start</c>, <c>end</c>, <c>label</c>) or triples <c>[start, end, label]</c>; also spaCy's pairs <c>["text", {"entities": [...]}]</c>.
/// </summary>
internal sealed class EntityJsonReader(LineSource lines, DocumentCollector collector, bool isLabelled, string? labels)
{
    private static readonly string[] wordNames = ["tokens", "words"], tagNames = ["tags", "ner_tags", "ner", "labels", "label"], textNames = ["text", "sentence", "content", "data"],
        spanNames = ["entities", "spans", "labels", "label", "annotations"], startNames = ["start", "start_offset", "start_char", "begin", "from"],
        endNames = ["end", "end_offset", "end_char", "to"], labelNames = ["label", "type", "entity", "entity_group", "tag", "class"];

    private static readonly JsonDocumentOptions options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly string[] tagFields = labels is null ? tagNames : [labels], spanFields = labels is null ? spanNames : [labels];

    /// <summary>Reads all lines.</summary>
    public void Read()
    {
        while (lines.Next() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line, options);
                ReadLine(json.RootElement);
            }
            catch (JsonException error)
            {
                throw lines.Wrong($"{LineSource.Show(line)}, which is no JSON ({error.Message.Split(". ")[0].TrimEnd('.')})", "one JSON object a line");
            }
        }
    }

    private void ReadLine(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 2 && root[0].ValueKind == JsonValueKind.String)
        {
            ReadText(root[0], root[1].ValueKind == JsonValueKind.Object ? Find(root[1], spanFields) : root[1]);
            return;
        }
        if (root.ValueKind != JsonValueKind.Object) throw lines.Wrong($"a JSON {Kind(root)}", "an object with 'tokens' and 'tags', or 'text' and 'entities'");
        if (Find(root, wordNames) is { } words) ReadWords(words, Find(root, tagFields));
        else if (Find(root, textNames) is { } text) ReadText(text, Find(root, spanFields));
        else throw lines.Wrong($"an object with {string.Join(", ", root.EnumerateObject().Take(8).Select(p => LineSource.Show(p.Name)).DefaultIfEmpty("nothing"))}", "'tokens' and 'tags', or 'text' and 'entities'");
    }

    private void ReadWords(JsonElement list, JsonElement? tagList)
    {
        string[] words = Strings(list, "tokens");
        if (tagList is not { } given)
        {
            if (isLabelled) throw lines.Wrong($"tokens without '{tagFields[0]}'", "a tag for each");
            collector.Add(EntityDocument.OfWords(words));
            return;
        }
        string[] tags = Strings(given, "tags");
        if (tags.Length != words.Length) throw lines.Wrong($"{tags.Length} tags for {words.Length} tokens", "a tag for each token");
        collector.Add(words, tags);
    }

    private void ReadText(JsonElement textElement, JsonElement? list)
    {
        if (textElement.ValueKind != JsonValueKind.String) throw lines.Wrong($"a text that is a JSON {Kind(textElement)}", "a string");
        string text = JsonTexts.Of(textElement);
        if (list is not { ValueKind: not JsonValueKind.Null } spans)
        {
            if (isLabelled) throw lines.Wrong($"a text without '{spanFields[0]}'", "its entities, [] where it has none");
            collector.Add(EntityDocument.OfText(text));
            return;
        }
        if (spans.ValueKind != JsonValueKind.Array) throw lines.Wrong($"entities that are a JSON {Kind(spans)}", "an array of {\"start\", \"end\", \"label\"} or [start, end, label]");
        List<EntityMention> entities = [];
        foreach (JsonElement span in spans.EnumerateArray()) entities.Add(MentionOf(span, text));
        try
        {
            collector.Add(text, entities);
        }
        catch (ArgumentException error)
        {
            // The message has the form "found …, expected …" already.
            string[] parts = error.Message.Split(", expected ");
            throw lines.Wrong(parts[0].Replace("found ", "", StringComparison.Ordinal), parts.Length > 1 ? parts[1] : "spans within the text");
        }
    }

    private EntityMention MentionOf(JsonElement span, string text)
    {
        JsonElement? start, end, label, words = null;
        if (span.ValueKind == JsonValueKind.Array && span.GetArrayLength() >= 3) (start, end, label) = (span[0], span[1], span[2]);
        else if (span.ValueKind == JsonValueKind.Object)
            (start, end, label, words) = (Find(span, startNames), Find(span, endNames), Find(span, labelNames), Find(span, ["text", "word"]));
        else throw lines.Wrong($"an entity that is {LineSource.Show(span.GetRawText())}", "{\"start\", \"end\", \"label\"} or [start, end, label]");
        if (label is not { ValueKind: JsonValueKind.String } name) throw lines.Wrong($"an entity {LineSource.Show(span.GetRawText())} without a label that is a string", "one, such as \"PER\"");
        if (start is not { ValueKind: JsonValueKind.Number } s || !s.TryGetInt32(out int first) || end is not { ValueKind: JsonValueKind.Number } e || !e.TryGetInt32(out int last))
            throw lines.Wrong($"an entity {LineSource.Show(span.GetRawText())} whose start or end is no whole number", "offsets into the text");
        if (words is { ValueKind: JsonValueKind.String } hint && InUnits(text, first, last, JsonTexts.Of(hint)) is { } units)
        {
            (first, last) = units;
            collector.InCharacters++;
        }
        return new EntityMention(first, last, JsonTexts.Of(name), "");
    }

    /// <summary>The place in UTF-16 units where the offsets count characters (as Python does), which shows by the entity's own text; null where they don't.</summary>
    private static (int, int)? InUnits(string text, int start, int end, string hint)
    {
        bool fits = start >= 0 && end >= start && end <= text.Length && text.AsSpan(start, end - start).SequenceEqual(hint);
        if (fits || start < 0 || end < start || end > text.Length) return null;
        int first = UnitOf(text, 0, start), last = UnitOf(text, first, end - start);
        return text.AsSpan(first, last - first).SequenceEqual(hint) ? (first, last) : null;
    }

    private static int UnitOf(string text, int from, int characters)
    {
        int at = from;
        for (; characters > 0 && at < text.Length; characters--) at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        return at;
    }

    private string[] Strings(JsonElement list, string what)
    {
        if (list.ValueKind != JsonValueKind.Array) throw lines.Wrong($"{what} that are a JSON {Kind(list)}", "an array of strings");
        string[] values = new string[list.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String)
                throw lines.Wrong(string.Create(CultureInfo.InvariantCulture, $"{what} with a JSON {Kind(element)} at place {i + 1}"), "strings alone",
                    element.ValueKind == JsonValueKind.Number ? "Write the tags' names in place of their numbers." : null);
            values[i++] = JsonTexts.Of(element);
        }
        return values;
    }

    private static JsonElement? Find(JsonElement element, string[] names)
    {
        foreach (string name in names)
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)) return value;
        return null;
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "truth value",
        JsonValueKind.Undefined => "nothing",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
