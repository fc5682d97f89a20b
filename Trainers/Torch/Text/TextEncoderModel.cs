using MLPipes.Pipelines;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A fine-tuned text encoder as plain data; the network is built from it where it first scores.</summary>
/// <remarks>
/// Scores by libtorch, one batch at a time, each with all of its threads. In float32 a row scores the same alone and among others up to
/// rounding, about 1e-5; in bfloat16 up to about 1e-2.
/// </remarks>
public sealed class TextEncoderModel : IModel, IPlainPart<TextEncoderModel>
{
    private readonly TextShape shape;
    private readonly EncoderParts encoder;
    private readonly AdapterParts? adapter;
    private readonly float[] weight, bias;
    private readonly TextScale scale;
    private readonly TrainingPrecision precision;
    private readonly TextWindows cut;
    private readonly Lazy<TextNetwork> network;
    private readonly Lock gate = new();

    internal TextEncoderModel(TextShape shape, EncoderParts encoder, AdapterParts? adapter, float[] weight, float[] bias, TextScale scale, ILink link, TrainingPrecision precision, int epochs)
    {
        (this.shape, this.encoder, this.adapter, this.weight, this.bias, this.scale, Link, this.precision, Epochs) = (shape, encoder, adapter, weight, bias, scale, link, precision, epochs);
        cut = shape.Cut();
        network = new Lazy<TextNetwork>(Build);
    }

    /// <inheritdoc/>
    public static string Kind => "text-encoder";

    /// <inheritdoc/>
    public int FeatureCount => shape.Layout.Width;

    /// <inheritdoc/>
    public int OutputCount => bias.Length;

    /// <inheritdoc/>
    public ILink? Link { get; }

    /// <summary>Passes over the rows that the weights were kept at.</summary>
    public int Epochs { get; }

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores) => Run(new WindowedRows(row, cut), scores);

    /// <inheritdoc/>
    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        if (count > 0) Run(new WindowedRows(rows, start, count, cut), scores);
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Part(encoder);
        writer.Bool(adapter is not null);
        if (adapter is not null) writer.Part(adapter);
        shape.Write(writer);
        writer.Floats(weight);
        writer.Floats(bias);
        writer.Float(scale.Factor);
        writer.Float(scale.Offset);
        writer.Part((IPlainPart)Link!);
        writer.Int((int)precision);
        writer.Int(Epochs);
    }

    /// <inheritdoc/>
    public static TextEncoderModel Read(PlainReader reader)
    {
        EncoderParts encoder = reader.Part<EncoderParts>();
        AdapterParts? adapter = reader.Bool() ? reader.Part<AdapterParts>() : null;
        TextShape shape = TextShape.Read(reader, encoder.Config.VocabularySize, encoder.Config.MaxTokens);
        float[] weight = reader.Floats(), bias = reader.Floats();
        int rest = shape.Layout.Rest.Length;
        if (bias.Length == 0 || weight.Length != (long)bias.Length * (encoder.Config.HiddenSize + rest)) throw reader.Damaged("the head does not fit the encoder");
        TextScale scale = new(reader.Float(), reader.Float());
        if (!float.IsFinite(scale.Factor) || !float.IsFinite(scale.Offset)) throw reader.Damaged("the scale of scores is not finite");
        ILink link = reader.Part<ILink>();
        return new TextEncoderModel(shape, encoder, adapter, weight, bias, scale, link, (TrainingPrecision)reader.Int(0, (int)TrainingPrecision.BFloat16, "precision"), reader.Int(0, int.MaxValue, "epochs"));
    }

    /// <summary>What the network itself gives for rows: raw scores and one vector a row; its native memory is freed behind it.</summary>
    internal (float[] Scores, float[] Vectors) Outputs(FeatureMatrix features, CancellationToken cancel)
    {
        WindowedRows rows = new(features, 0, features.Rows, cut, cancel);
        float[] scores = new float[rows.Count * OutputCount], vectors = new float[rows.Count * encoder.Config.HiddenSize];
        using TextNetwork made = Build();
        TextScoring.Outputs(made, rows, Math.Max(0, shape.Special.Pad), scores, vectors, cancel);
        return (scores, vectors);
    }

    private void Run(WindowedRows rows, Span<float> scores)
    {
        int highest = rows.HighestId;
        if (highest >= encoder.Config.VocabularySize)
            throw new ArgumentException($"A token has id {highest}, the encoder knows {encoder.Config.VocabularySize}: the features come from another tokenizer.", nameof(rows));
        TorchRuntime.UseMostThreads();
        lock (gate) TextScoring.Scores(network.Value, rows, Math.Max(0, shape.Special.Pad), scores);
        foreach (ref float score in scores) score = scale.ToScore(score);
    }

    private TextNetwork Build()
    {
        TorchRuntime.Load();
        Device device = Devices.Resolve(TorchDevice.Auto);
        TextEncoder built = encoder.Build(device);
        // Its weights live as long as the encoder.
        adapter?.Attach(built);
        built.Precision = Devices.PrecisionOf(precision, device);
        int width = weight.Length / bias.Length;
        TextNetwork made = new(built, new Parameter(tensor(weight, [bias.Length, width], device: device)), new Parameter(tensor(bias, [bias.Length], device: device)), shape.Pooling, shape.LongTexts);
        // For good: the weights never change again.
        built.HoldWeights();
        return made;
    }
}
