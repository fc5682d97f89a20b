using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Sentences and labels of words in an ML.NET view: how keys and tags stand for each other.</summary>
internal sealed class WordLabels
{
    public const string KeyValues = "KeyValues";

    private static readonly string[] outsideNames = ["O", "o", "0", ""];

    private readonly string sentence, label;
    private readonly bool hasTags;
    private readonly Dictionary<string, uint> keyOf = new(StringComparer.Ordinal);

    private WordLabels(string sentence, string label, IReadOnlyList<string> keys)
    {
        (this.sentence, this.label, Keys) = (sentence, label, keys);
        for (int i = 0; i < keys.Count; i++) keyOf.TryAdd(keys[i], (uint)(i + 1));
        // Labels are tags where all of them are and some begin an entity; else each is the name of what a word belongs to.
        hasTags = keys.All(k => Tag.IsTag(k) || outsideNames.Contains(k)) && keys.Any(k => Tag.IsTag(k) && Tag.Parse(k).Prefix is 'B' or 'S');
        foreach (string name in outsideNames) if (keyOf.TryGetValue(name, out uint key)) OutsideKey = key;
    }

    /// <summary>The names of the keys, in order.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>The key of words outside entities; 0, a missing key, where none stands for them.</summary>
    public uint OutsideKey { get; }

    /// <summary>The labels of a view's schema.</summary>
    /// <exception cref="TableException">A column is missing or of another type, or keys are others than <paramref name="expected"/>.</exception>
    public static WordLabels Of(DataViewSchema schema, NamedEntityOptions options, IReadOnlyList<string>? expected = null)
    {
        schema.NeededText(options.Sentence1ColumnName);
        DataViewSchema.Column label = schema.Needed(options.LabelColumnName);
        if (label.Type is not VectorDataViewType { ItemType: KeyDataViewType { RawType: var raw } key } || raw != typeof(uint))
            throw new TableException(label.Name, found: label.Type.ToString(), expected: "a vector of keys, one for each word", hint: "Put Transforms.Conversion.MapValueToKey before it.");
        string[] names = [.. KeyNames.Of(label).Select(n => n.ToString())];
        if (names.Length == 0)
        {
            if (key.Count is 0 or > 4096) throw new TableException(label.Name, found: $"{key.Count} keys without names", expected: "at most 4096 labels");
            names = [.. Enumerable.Range(1, (int)key.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        }
        if (expected is not null && !names.SequenceEqual(expected))
            throw new TableException(label.Name, found: $"the labels {string.Join(", ", names.Take(8))}", expected: $"those of the training rows, {string.Join(", ", expected.Take(8))}", hint: "Map both by one fitted MapValueToKey.");
        return new WordLabels(options.Sentence1ColumnName, options.LabelColumnName, names);
    }

    /// <summary>The words of a sentence: what white space separates.</summary>
    public static string[] Words(ReadOnlyMemory<char> sentence) => sentence.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The tags to learn.</summary>
    public TagSet Tags(EntityDocuments train) => hasTags
        ? TagSet.Of(train.Labels, Keys.Any(k => Tag.Parse(k).Prefix is 'E' or 'S') ? TagScheme.Bioes : TagScheme.Bio)
        : TagSet.Of(train.Labels, TagScheme.Plain);

    /// <summary>Reads all rows.</summary>
    /// <param name="view">The view.</param>
    /// <param name="warn">Told how many rows have more or fewer labels than words.</param>
    public EntityDocuments Read(IDataView view, Action<string> warn)
    {
        List<EntityDocument> documents = [];
        int uneven = 0;
        DataViewSchema.Column text = view.Schema[sentence], labels = view.Schema[label];
        using DataViewRowCursor cursor = view.GetRowCursor([text, labels]);
        ValueGetter<ReadOnlyMemory<char>> getText = cursor.GetGetter<ReadOnlyMemory<char>>(text);
        ValueGetter<VBuffer<uint>> getLabels = cursor.GetGetter<VBuffer<uint>>(labels);
        ReadOnlyMemory<char> line = default;
        VBuffer<uint> keys = default;
        while (cursor.MoveNext())
        {
            getText(ref line);
            getLabels(ref keys);
            string[] words = Words(line);
            if (keys.Length != words.Length) uneven++;
            string[] tags = new string[words.Length];
            for (int i = 0; i < tags.Length; i++) tags[i] = NameOf(i < keys.Length ? keys.GetItemOrDefault(i) : 0);
            documents.Add(hasTags ? EntityDocument.OfWords(words, tags) : EntityDocument.OfPlainLabels(words, tags));
        }
        if (uneven > 0) warn(string.Create(CultureInfo.InvariantCulture, $"{uneven} of {documents.Count} sentences have more or fewer labels than words; absent ones count as outside entities, those beyond the words are not looked at."));
        return new EntityDocuments(documents, $"column '{label}'", hasTags ? TagScheme.Bio : TagScheme.Plain, []);
    }

    /// <summary>The key of each predicted tag.</summary>
    public uint KeyOf(string tag)
    {
        if (tag == "O") return OutsideKey;
        if (keyOf.TryGetValue(tag, out uint key)) return key;
        // A place in an entity that no label names, such as the end of one: the nearest that has a key.
        foreach (char prefix in "BISEULM") if (keyOf.TryGetValue($"{prefix}-{Tag.Parse(tag).Type}", out key)) return key;
        return OutsideKey;
    }

    private string NameOf(uint key) => key == 0 || key > Keys.Count || outsideNames.Contains(Keys[(int)key - 1]) ? "O" : Keys[(int)key - 1];
}
