using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The mean vector of the terms of each text column under a linear layer, and quantities beside it.</summary>
/// <remarks>
/// score_k = b_k + q_k · quantities + Σ over columns of w_kc · mean of the vectors of the column's known terms. Without weights w the vectors are
/// the terms' shares of the scores themselves. Terms are tokens, runs of tokens, and character runs.
/// </remarks>
public sealed class BagModel : IModel, IPlainPart<BagModel>
{
    [ThreadStatic]
    private static (TokenLayout? Layout, TokenRow? Tokens, float[]? Sum) mine;

    private readonly BagTerms terms;
    private readonly float[] vectors;
    private readonly float[] head;
    private readonly float[] quantities;
    private readonly float[] biases;
    private readonly int width;

    internal BagModel(BagTerms terms, float[] vectors, float[] head, float[] quantities, float[] biases, ILink link, int epochs)
    {
        this.terms = terms;
        this.vectors = vectors;
        this.head = head;
        this.quantities = quantities;
        this.biases = biases;
        width = terms.Count == 0 ? biases.Length : vectors.Length / terms.Count;
        Link = link;
        Epochs = epochs;
    }

    /// <inheritdoc/>
    public static string Kind => "bag-of-embeddings";

    /// <inheritdoc/>
    public int FeatureCount => terms.Layout.Width;

    /// <inheritdoc/>
    public int OutputCount => biases.Length;

    /// <inheritdoc/>
    public ILink? Link { get; }

    /// <summary>Passes over the rows that it was kept at.</summary>
    public int Epochs { get; }

    /// <summary>Number of terms that it knows.</summary>
    public int Terms => terms.Count;

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        if (mine.Layout != terms.Layout || mine.Sum!.Length < width) mine = (terms.Layout, new TokenRow(terms.Layout), new float[width]);
        TokenRow tokens = mine.Tokens!;
        Span<float> sum = mine.Sum!.AsSpan(0, width);
        terms.Layout.Read(row, tokens);
        scores = scores[..biases.Length];
        biases.CopyTo(scores);
        for (int i = 0; i < tokens.Rest.Length; i++)
        {
            float value = tokens.Quantity(i);
            for (int k = 0; k < scores.Length; k++) scores[k] += quantities[(k * tokens.Rest.Length) + i] * value;
        }
        for (int c = 0; c < terms.Columns; c++)
        {
            sum.Clear();
            int count = terms.Sum(tokens, c, vectors, sum);
            if (count == 0) continue;
            if (head.Length == 0) BagMath.AddScaled(scores, sum, 1f / count);
            else
                for (int k = 0; k < scores.Length; k++) scores[k] += TensorPrimitives.Dot(head.AsSpan(((k * terms.Columns) + c) * width, width), sum) / count;
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        terms.Write(writer);
        writer.Floats(biases);
        writer.Floats(quantities);
        writer.Floats(vectors);
        writer.Floats(head);
        writer.Int(Epochs);
        writer.Part(Link!);
    }

    /// <inheritdoc/>
    public static BagModel Read(PlainReader reader)
    {
        BagTerms terms = BagTerms.Read(reader);
        float[] biases = reader.Floats();
        if (biases.Length == 0) throw reader.Damaged("no outputs");
        float[] quantities = reader.Floats(biases.Length * terms.Layout.Rest.Length), vectors = reader.Floats(), head = reader.Floats();
        if (terms.Count == 0 ? vectors.Length > 0 || head.Length > 0 : vectors.Length == 0 || vectors.Length % terms.Count != 0)
            throw reader.Damaged($"{vectors.Length} numbers for the vectors of {terms.Count} terms");
        long wanted = terms.Count == 0 ? 0 : (long)biases.Length * terms.Columns * (vectors.Length / terms.Count);
        if (head.Length == 0 ? terms.Count > 0 && vectors.Length != (long)terms.Count * biases.Length : head.Length != wanted)
            throw reader.Damaged($"{head.Length} weights for vectors of {vectors.Length / Math.Max(1, terms.Count)} numbers");
        return new BagModel(terms, vectors, head, quantities, biases, LinkOf(reader, out int epochs), epochs);
    }

    private static ILink LinkOf(PlainReader reader, out int epochs)
    {
        epochs = reader.Int(0, int.MaxValue, "epochs");
        return reader.Part<ILink>();
    }
}
