using System.Collections;
using System.Globalization;
using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>Documents read from a file, with what the reader has to know about it.</summary>
/// <remarks>
/// Read are CoNLL files (columns separated by tabs or spaces, the word first and its tag last, a blank line between sentences), JSON lines with
/// <c>tokens</c> and <c>tags</c>, JSON lines with <c>text</c> and spans, and for prediction plain texts, one a line; all also compressed by gzip.
/// Tags may be IOB1, IOB2, BIOES, BILOU or plain labels. <see href="https://www.clips.uantwerpen.be/conll2003/ner/">CoNLL-2003's page</see> tells of the format.
/// </remarks>
public sealed class EntityDocuments : IReadOnlyList<EntityDocument>
{
    private readonly IReadOnlyList<EntityDocument> documents;

    /// <summary>Documents made in code.</summary>
    public EntityDocuments(IEnumerable<EntityDocument> documents) : this([.. documents], "documents", TagScheme.Bio, []) { }

    internal EntityDocuments(IReadOnlyList<EntityDocument> documents, string source, TagScheme scheme, IReadOnlyList<string> warnings)
    {
        this.documents = documents;
        Source = source;
        Scheme = scheme;
        Warnings = warnings;
        Labels = [.. documents.SelectMany(d => d.Spans ?? []).Select(s => s.Type).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The file they come from.</summary>
    public string Source { get; }

    /// <summary>The scheme of the file's tags.</summary>
    public TagScheme Scheme { get; }

    /// <summary>What was changed or looks wrong, one sentence each, with counts.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The labels of all entities, in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public int Count => documents.Count;

    /// <inheritdoc/>
    public EntityDocument this[int index] => documents[index];

    /// <summary>Reads labelled documents.</summary>
    /// <param name="path">A CoNLL file or JSON lines, gzip-compressed or not; told apart by their content.</param>
    /// <param name="labels">Name of the field with tags or entities in JSON lines; null (default) for the usual names.</param>
    /// <exception cref="TableException">There is no such file, or a line is wrong: the message names file, line, found and expected.</exception>
    public static EntityDocuments Read(string path, string? labels = null) => EntityFile.Read(path, isLabelled: true, labels);

    /// <summary>Reads documents to be tagged, labelled or not; a file that is neither CoNLL nor JSON lines holds one text a line.</summary>
    /// <param name="path">A CoNLL file, JSON lines or texts, gzip-compressed or not; told apart by their content.</param>
    /// <exception cref="TableException">There is no such file, or a line is wrong: the message names file, line, found and expected.</exception>
    public static EntityDocuments ReadUnlabelled(string path) => EntityFile.Read(path, isLabelled: false);

    /// <summary>Reads documents to be tagged from an open stream, as <see cref="ReadUnlabelled(string)"/> does from a file.</summary>
    /// <param name="stream">Text in UTF-8.</param>
    /// <param name="source">What to call it in messages.</param>
    public static EntityDocuments ReadUnlabelled(Stream stream, string source)
    {
        using StreamReader reader = new(stream, Encoding.UTF8, leaveOpen: true);
        return EntityFile.Read(reader, source, isLabelled: false, labels: null);
    }

    /// <inheritdoc/>
    public IEnumerator<EntityDocument> GetEnumerator() => documents.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The documents at these indexes.</summary>
    internal EntityDocuments Take(IEnumerable<int> indexes) => new([.. indexes.Select(i => documents[i])], Source, Scheme, []);

    /// <summary>All must be labelled, and there must be an entity.</summary>
    /// <exception cref="TableException">One is not, or there is none.</exception>
    internal void RequireLabels()
    {
        for (int i = 0; i < documents.Count; i++)
        {
            if (documents[i].Spans is null)
                throw new TableException(string.Create(CultureInfo.InvariantCulture, $"{Source}, document {i + 1}: found no entities or tags, expected labels to learn from."), inner: null);
        }
        if (Labels.Count == 0)
            throw new TableException(string.Create(CultureInfo.InvariantCulture, $"{Source}: found no entity in {Count} documents, expected some words with a tag other than O."), inner: null);
    }
}
