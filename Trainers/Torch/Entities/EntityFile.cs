using System.Globalization;
using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Opens files of documents and tells their formats apart.</summary>
internal static class EntityFile
{
    private const int LookedAt = 200;

    public static EntityDocuments Read(string path, bool isLabelled, string? labels = null)
    {
        try
        {
            using TextReader reader = Open(path);
            return Read(reader, path, isLabelled, labels);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TableException($"{path}: there is no such file.", error);
        }
        catch (InvalidDataException error)
        {
            throw new TableException($"{path}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TableException($"{path}: it can't be read ({error.Message.TrimEnd('.')}).", error);
        }
    }

    /// <summary>Reads documents from an open reader.</summary>
    public static EntityDocuments Read(TextReader reader, string source, bool isLabelled, string? labels)
    {
        LineSource lines = new(reader, source);
        string? format = FormatOf(lines.Peek(LookedAt), source, isLabelled);
        DocumentCollector collector = new(source);
        if (format == "json") new EntityJsonReader(lines, collector, isLabelled, labels).Read();
        else if (format == "conll") ConllReader.Read(lines, collector, isLabelled);
        else while (lines.Next() is { } text) collector.Add(EntityDocument.OfText(text));
        if (isLabelled && collector.Count == 0)
            throw new TableException($"{source}: found no document, expected CoNLL lines (a word and its tag) or JSON lines with 'tokens' and 'tags' or 'text' and 'entities'.", inner: null);
        return collector.Finish();
    }

    private static StreamReader Open(string path)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            return new StreamReader(GzipData.Unpack(file), Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The format by the first lines, and by the name where they could be two; null for plain texts.</summary>
    private static string? FormatOf(IReadOnlyList<string> lines, string source, bool isLabelled)
    {
        string name = source.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? source[..^3] : source, ending = Path.GetExtension(name).ToLowerInvariant();
        if (ending is ".jsonl" or ".ndjson" or ".json") return "json";
        if (ending is ".conll" or ".iob" or ".iob2" or ".bio" or ".bioes") return "conll";
        if (!isLabelled && ending == ".txt" && !lines.Any(l => l.Contains('\t'))) return null;
        string[] filled = [.. lines.Where(l => !string.IsNullOrWhiteSpace(l))];
        if (filled.Length == 0) return isLabelled ? "conll" : null;
        if (filled[0].TrimStart() is ['{', ..] or ['[', '"', ..]) return "json";
        int tagged = filled.Count(ConllReader.EndsInTag);
        // A text may end in a word that looks like a tag, but hardly half of the lines of a file.
        return isLabelled || tagged * 2 > filled.Length ? "conll" : null;
    }
}

/// <summary>The lines of a file with their numbers, the first of which can be looked at ahead.</summary>
internal sealed class LineSource(TextReader reader, string source)
{
    private readonly Queue<string> ahead = new();

    /// <summary>The number of the line that <see cref="Next"/> gave last, from 1.</summary>
    public long Number { get; private set; }

    public string? Next()
    {
        string? line = ahead.TryDequeue(out string? peeked) ? peeked : reader.ReadLine();
        if (line is not null) Number++;
        return line;
    }

    public IReadOnlyList<string> Peek(int count)
    {
        while (ahead.Count < count && reader.ReadLine() is { } line) ahead.Enqueue(line);
        return [.. ahead];
    }

    /// <summary>The error for the current line.</summary>
    public TableException Wrong(string found, string expected, string? hint = null) => new(
        string.Create(CultureInfo.InvariantCulture, $"{source}, line {Number}: found {found}, expected {expected}.{(hint is null ? "" : $" {hint}")}"), inner: null);

    /// <summary>A piece of a line for messages: printable and short.</summary>
    public static string Show(string text)
    {
        string plain = string.Concat(text.Take(60).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return text.Length > 60 ? $"'{plain}…'" : $"'{plain}'";
    }
}

/// <summary>Gathers documents, and what is to be told about them.</summary>
internal sealed class DocumentCollector(string source)
{
    private readonly List<EntityDocument> documents = [];
    private readonly SchemeFinder schemes = new();
    private SpanRepairs repairs;
    private int garbled;

    public int Count => documents.Count;

    /// <summary>Spans whose offsets count whole characters and not UTF-16 units, by their texts.</summary>
    public int InCharacters { get; set; }

    public void Add(EntityDocument document)
    {
        if (document.Text.Contains('\uFFFD')) garbled++;
        documents.Add(document);
    }

    public void Add(string[] words, string[] tags)
    {
        schemes.Look(tags);
        Add(EntityDocument.OfWords(words, tags));
    }

    public void Add(string text, IEnumerable<EntityMention> entities)
    {
        EntityDocument document = EntityDocument.OfText(text, entities, out SpanRepairs needed);
        repairs += needed;
        Add(document);
    }

    public EntityDocuments Finish()
    {
        List<string> warnings = [];
        Tell(schemes.Broken, "{0} begin an entity by I- or E- where the scheme asks for B-; they are read as conlleval does", "sentence", "sentences");
        Tell(repairs.Overlapping, "{0} dropped, for a longer one covers the same text", "entity was", "entities were");
        Tell(repairs.Empty, "{0} without any text dropped", "entity was", "entities were");
        Tell(repairs.WordsCut, "{0} cut where an entity begins or ends within it", "word was", "words were");
        Tell(InCharacters, "{0} placed by characters and not by UTF-16 units, as their texts tell", "entity was", "entities were");
        Tell(garbled, "{0} characters that can't be read (bytes that are not UTF-8); they show as �", "document holds", "documents hold");
        return new EntityDocuments(documents, source, schemes.Scheme, warnings);

        void Tell(int count, string what, string one, string several)
        {
            if (count > 0) warnings.Add($"{source}: {string.Format(CultureInfo.InvariantCulture, what, string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : several)}"))}.");
        }
    }
}
