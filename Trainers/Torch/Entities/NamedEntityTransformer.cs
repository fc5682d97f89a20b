using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Labels the words of sentences: a fitted <see cref="NamedEntityTrainer"/>. Holds native memory where it has an encoder, so dispose of it.</summary>
public sealed class NamedEntityTransformer : ITransformer, IDisposable
{
    private readonly WordLabels labels;

    internal NamedEntityTransformer(EntityTagger tagger, WordLabels labels, NamedEntityOptions options)
    {
        (Tagger, this.labels) = (tagger, labels);
        (Sentence, Output) = (options.Sentence1ColumnName, options.PredictionColumnName);
    }

    /// <summary>What labels the words; to be saved by <see cref="EntityTagger.Save(string)"/>.</summary>
    public EntityTagger Tagger { get; }

    /// <summary>Always true: each row is labelled from its own sentence.</summary>
    bool ITransformer.IsRowToRowMapper => true;

    internal string Sentence { get; }

    internal string Output { get; }

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the predicted labels.</summary>
    /// <exception cref="TableException">The sentence is missing or no text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new WordKeyColumns(this, inputSchema).OutputSchema;

    /// <summary><paramref name="input"/> with predicted labels behind its columns, made row by row as they are read.</summary>
    /// <exception cref="TableException">The sentence is missing or no text.</exception>
    public IDataView Transform(IDataView input) => new AddedView(input, new WordKeyColumns(this, input.Schema));

    /// <summary>Frees what the tagger holds of native memory.</summary>
    public void Dispose() => Tagger.Dispose();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new AddedRowMapper(new WordKeyColumns(this, inputSchema));

    /// <summary>Refuses: ML.NET's own model files can't hold an entity tagger yet.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new BundleException(
        "ML.NET's model file can't hold an entity tagger of mlpipes yet. Save it by NamedEntityTransformer.Tagger.Save(path), load it by EntityTagger.Load(path).");

    /// <summary>The type of the predicted labels and the names of their keys.</summary>
    internal (DataViewType Type, DataViewSchema.Annotations Annotations) OutputColumn()
    {
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.AddTexts(WordLabels.KeyValues, labels.Keys);
        return (new VectorDataViewType(new KeyDataViewType(typeof(uint), labels.Keys.Count)), annotations.ToAnnotations());
    }

    /// <summary>The keys of a sentence's words.</summary>
    internal void Label(ReadOnlyMemory<char> sentence, ref VBuffer<uint> keys)
    {
        string[] words = WordLabels.Words(sentence);
        IReadOnlyList<string> tags = words.Length == 0 ? [] : Tagger.TagWords(words);
        CellVectors.Set<uint>(ref keys, [.. tags.Select(labels.KeyOf)]);
    }
}
