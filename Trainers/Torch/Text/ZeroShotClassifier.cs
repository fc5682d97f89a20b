namespace MLPipes.Trainers.Torch;

/// <summary>Tells classes of texts from the classes' names alone: the class whose name's vector is nearest to the text's. Holds native memory.</summary>
/// <remarks>Scores are softmax(cosine / τ) over the classes, with vectors of an encoder of sentences. Safe for use by several threads, which take turns.</remarks>
public sealed class ZeroShotClassifier : IDisposable
{
    // Cosines of sentence encoders lie within a few tenths of each other.
    private const double Temperature = 0.05;

    private readonly SentenceEmbedder embedder;

    private ZeroShotClassifier(SentenceEmbedder embedder) => this.embedder = embedder;

    /// <summary>A classifier by an encoder of sentences.</summary>
    /// <param name="encoder">Folder or name; null for the one that the environment variable MLPIPES_ENCODER names.</param>
    /// <exception cref="OptionsException">No encoder is named.</exception>
    /// <exception cref="TorchException">The encoder can't be had.</exception>
    public static ZeroShotClassifier Load(string? encoder = null)
    {
        if ((encoder ?? EncoderChoice.Default) is not { Length: > 0 } name)
            throw new OptionsException(nameof(ZeroShotClassifier), [$"no encoder is named; name a Hugging Face directory or a model, or set {EncoderChoice.Setting}."]);
        TorchRuntime.Load();
        return new ZeroShotClassifier(SentenceEmbedder.Load(ModelStore.Resolve(name), Devices.Resolve(TorchDevice.Auto)));
    }

    /// <summary>The probability of each class for each text: [texts × classes].</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="classes">Names of the classes, at least two, as a person would say them ("card arrival", not "card_arrival").</param>
    /// <param name="cancel">Asked between batches.</param>
    public double[,] Scores(IReadOnlyList<string> texts, IReadOnlyList<string> classes, CancellationToken cancel = default)
    {
        if (classes.Count < 2) throw new ArgumentException($"{classes.Count} classes, expected at least two.", nameof(classes));
        int width = embedder.Width;
        float[] names = embedder.Embed(classes, cancel), vectors = embedder.Embed(texts, cancel);
        double[,] scores = new double[texts.Count, classes.Count];
        double[] cosines = new double[classes.Count];
        for (int row = 0; row < texts.Count; row++)
        {
            for (int k = 0; k < cosines.Length; k++) cosines[k] = Cosine(vectors.AsSpan(row * width, width), names.AsSpan(k * width, width));
            double best = cosines.Max(), sum = cosines.Sum(c => Math.Exp((c - best) / Temperature));
            for (int k = 0; k < cosines.Length; k++) scores[row, k] = Math.Exp((cosines[k] - best) / Temperature) / sum;
        }
        return scores;
    }

    /// <summary>The index of the likeliest class of each text: [texts].</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="classes">Names of the classes, at least two.</param>
    /// <param name="cancel">Asked between batches.</param>
    public int[] Classify(IReadOnlyList<string> texts, IReadOnlyList<string> classes, CancellationToken cancel = default)
    {
        double[,] scores = Scores(texts, classes, cancel);
        return [.. Enumerable.Range(0, texts.Count).Select(row => Enumerable.Range(0, classes.Count).MaxBy(k => scores[row, k]))];
    }

    /// <summary>Frees the encoder.</summary>
    public void Dispose() => embedder.Dispose();

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, x = 0, y = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += a[i] * b[i];
            x += a[i] * a[i];
            y += b[i] * b[i];
        }
        return dot / Math.Sqrt(Math.Max(1e-24, x * y));
    }
}
