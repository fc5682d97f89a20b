using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Free text as the vector that a pre-trained encoder of sentences gives it, for trainers over numbers.</summary>
/// <remarks>
/// The encoder stays as it is, so a text's vector is made once, whatever fold or trial asks for it. Values are centred, and scaled by one factor
/// for all, so that their geometry stays. A text that is missing or empty has the mean vector. Needs an encoder: a Hugging Face directory or a name.
/// Source: Reimers and Gurevych, Sentence-BERT, EMNLP 2019.
/// </remarks>
public sealed record SentenceEmbeddings : IFeaturizer<SentenceEmbeddings>
{
    /// <summary>Folder or name of the encoder; default the one that the environment variable MLPIPES_ENCODER names, empty for none.</summary>
    public string Encoder { get; init; } = EncoderChoice.Default ?? "";

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("sentence-embeddings", "Free text as the vector of a pre-trained encoder of sentences.", ColumnRole.Text)
    {
        OnRequest = true,
        Unavailable = EncoderChoice.WhyNone,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        if (Encoder.Length == 0) return FeaturizerFit.Decline($"no encoder is named; name one with the option Encoder or the environment variable {EncoderChoice.Setting}");
        Column column = columns[0];
        string[] texts = [.. Enumerable.Range(0, column.Count).Select(row => column.TextAt(row) ?? "").Where(text => text.Length > 0)];
        if (texts.Length == 0) return FeaturizerFit.Decline("it holds no text");
        TorchRuntime.UseThreads(context.Threads);
        SharedEmbedder embedder = SharedEmbedder.Of(ModelStore.Resolve(Encoder, cancel: context.Cancel));
        (float[] mean, float scale) = Spread(embedder.Embed(texts, context.Cancel), embedder.Width);
        return FeaturizerFit.Of(new SentenceEmbeddingsTransform(column.Name, embedder, mean, scale));
    }

    // The mean of each value, and one over the standard deviation of all of them about their means.
    private static (float[] Mean, float Scale) Spread(IReadOnlyList<float[]> vectors, int width)
    {
        double[] mean = new double[width];
        foreach (float[] vector in vectors)
        {
            for (int j = 0; j < width; j++) mean[j] += vector[j];
        }
        for (int j = 0; j < width; j++) mean[j] /= vectors.Count;
        double squares = 0;
        foreach (float[] vector in vectors)
        {
            for (int j = 0; j < width; j++) squares += (vector[j] - mean[j]) * (vector[j] - mean[j]);
        }
        double deviation = Math.Sqrt(squares / ((double)vectors.Count * width));
        return (Array.ConvertAll(mean, m => (float)m), deviation > 1e-6 ? (float)(1 / deviation) : 1);
    }
}
