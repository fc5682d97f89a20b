using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Vectors of an encoder of sentences as features.</summary>
public sealed class SentenceEmbeddingsTransform : ITransform, IPlainPart<SentenceEmbeddingsTransform>
{
    // Rows embedded at a time: enough to sort by length, few enough to be cancelled.
    private const int Chunk = 1024;

    private readonly string column;
    private readonly SharedEmbedder embedder;
    private readonly float[] mean;
    private readonly float scale;

    internal SentenceEmbeddingsTransform(string column, SharedEmbedder embedder, float[] mean, float scale)
    {
        (this.column, this.embedder, this.mean, this.scale) = (column, embedder, mean, scale);
        Features = [.. Enumerable.Range(0, embedder.Width).Select(i => new FeatureInfo($"{column}.embedding[{i}]", column))];
    }

    /// <inheritdoc/>
    public static string Kind => "sentence-embeddings";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int from = 0; from < count; from += Chunk)
        {
            List<(int Row, string Text)> given = [];
            for (int i = from; i < Math.Min(count, from + Chunk); i++)
            {
                if (inputs[0].TextAt(start + i) is { Length: > 0 } text) given.Add((i, text));
            }
            IReadOnlyList<float[]> vectors = embedder.Embed([.. given.Select(g => g.Text)]);
            for (int i = 0; i < given.Count; i++)
            {
                float[] vector = vectors[i];
                for (int j = 0; j < vector.Length; j++) block.Set(given[i].Row, j, (vector[j] - mean[j]) * scale);
            }
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        embedder.Write(writer);
        writer.Floats(mean);
        writer.Float(scale);
    }

    /// <inheritdoc/>
    public static SentenceEmbeddingsTransform Read(PlainReader reader)
    {
        string column = reader.String();
        SharedEmbedder embedder = SharedEmbedder.Read(reader);
        float[] mean = reader.Floats(embedder.Width);
        float scale = reader.Float();
        if (!float.IsFinite(scale) || Array.Exists(mean, m => !float.IsFinite(m))) throw reader.Damaged("the scale of embeddings is not finite");
        return new SentenceEmbeddingsTransform(column, embedder, mean, scale);
    }
}
