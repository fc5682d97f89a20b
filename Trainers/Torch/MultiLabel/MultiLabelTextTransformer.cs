using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Tells which labels apply to a text: a fitted <see cref="MultiLabelTextTrainer"/>.</summary>
public sealed class MultiLabelTextTransformer : ITransformer
{
    internal const string KeyValues = "KeyValues", SlotNames = "SlotNames";

    private readonly FittedFeatures features;
    private readonly TextEncoderModel model;
    private readonly string score, prediction;

    internal MultiLabelTextTransformer(FittedFeatures features, TextEncoderModel model, string[] labels, float threshold, string score, string prediction)
    {
        (this.features, this.model, Labels, Threshold, this.score, this.prediction) = (features, model, labels, threshold, score, prediction);
        if (model.OutputCount != labels.Length || model.FeatureCount != features.Features.Count) throw new ArgumentException("The parts do not fit each other.", nameof(model));
    }

    /// <summary>The labels' names, in the order of their scores.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Probability from which a label is predicted.</summary>
    public float Threshold { get; }

    /// <summary>Always true: each row is scored from its own texts.</summary>
    bool ITransformer.IsRowToRowMapper => true;

    internal IReadOnlyList<string> Inputs => features.Inputs;

    /// <summary>Probability of each label, [texts × labels], row-major.</summary>
    /// <param name="texts">One array of texts a column that was learned from, all of one length.</param>
    public float[] Score(params IReadOnlyList<string?>[] texts)
    {
        if (texts.Length != Inputs.Count) throw new ArgumentException($"{texts.Length} columns of texts, expected {Inputs.Count}.", nameof(texts));
        Table table = new(Inputs.Select((name, i) => new TextColumn(name, [.. texts[i].Select(t => (t ?? "").AsMemory())])));
        return model.PredictAll(features.Transform(table, threads: 1), threads: 1);
    }

    /// <summary>Writes all as plain data.</summary>
    public void Save(Stream stream)
    {
        PlainWriter writer = new(stream);
        writer.Part(features);
        writer.Part(model);
        writer.Strings(Labels);
        writer.Float(Threshold);
        writer.String(score);
        writer.String(prediction);
    }

    /// <summary>Reads what <see cref="Save"/> wrote; nothing in it is trusted.</summary>
    /// <exception cref="BundleException">It is damaged.</exception>
    public static MultiLabelTextTransformer Load(Stream stream)
    {
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        PlainReader reader = new(bytes.ToArray(), "multi-label text model");
        try
        {
            MultiLabelTextTransformer loaded = new(reader.Part<FittedFeatures>(), reader.Part<TextEncoderModel>(), reader.Strings(), reader.Float(), reader.String(), reader.String());
            return reader.IsAtEnd ? loaded : throw reader.Damaged("bytes are left over");
        }
        catch (Exception error) when (error is ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new BundleException($"multi-label text model: its values do not fit each other ({error.Message}) Save it again.", error);
        }
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the predicted labels and the scores.</summary>
    /// <exception cref="TableException">A text is missing.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new MultiLabelColumns(this, inputSchema).OutputSchema;

    /// <summary><paramref name="input"/> with predictions behind its columns, made row by row as they are read.</summary>
    /// <exception cref="TableException">A text is missing.</exception>
    public IDataView Transform(IDataView input) => new AddedView(input, new MultiLabelColumns(this, input.Schema));

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new AddedRowMapper(new MultiLabelColumns(this, inputSchema));

    /// <summary>Refuses: ML.NET's own model files can't hold a text model of mlpipes yet.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new BundleException(
        "ML.NET's model file can't hold a text model of mlpipes yet. Save it by MultiLabelTextTransformer.Save(stream), load it by MultiLabelTextTransformer.Load(stream).");

    /// <summary>A schema with the prediction's columns behind it.</summary>
    internal DataViewSchema Extend(DataViewSchema input)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        builder.AddColumn(prediction, new VectorDataViewType(new KeyDataViewType(typeof(uint), Labels.Count)), Names(KeyValues));
        builder.AddColumn(score, new VectorDataViewType(NumberDataViewType.Single, Labels.Count), Names(SlotNames));
        return builder.ToSchema();
    }

    private DataViewSchema.Annotations Names(string kind)
    {
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.AddTexts(kind, Labels);
        return annotations.ToAnnotations();
    }
}
