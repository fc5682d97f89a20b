using System.Numerics.Tensors;

namespace MLPipes.Pipelines;

/// <summary>score_k = w_k · x + b_k.</summary>
public sealed class LinearModel : IModel, IPlainPart<LinearModel>
{
    private readonly float[] weights;
    private readonly float[] biases;

    /// <summary>A linear model.</summary>
    /// <param name="weights">[outputs × features], row-major.</param>
    /// <param name="biases">[outputs].</param>
    /// <param name="link">From scores to predictions; null for bare margins.</param>
    public LinearModel(float[] weights, float[] biases, ILink? link)
    {
        if (biases.Length == 0 || weights.Length % biases.Length != 0)
            throw new ArgumentException($"{weights.Length} weights do not fit {biases.Length} outputs.", nameof(weights));
        this.weights = weights;
        this.biases = biases;
        Link = link;
    }

    /// <summary>[outputs × features], row-major.</summary>
    public ReadOnlySpan<float> Weights => weights;

    /// <summary>[outputs].</summary>
    public ReadOnlySpan<float> Biases => biases;

    /// <inheritdoc/>
    public static string Kind => "linear";

    /// <inheritdoc/>
    public int FeatureCount => weights.Length / biases.Length;

    /// <inheritdoc/>
    public int OutputCount => biases.Length;

    /// <inheritdoc/>
    public ILink? Link { get; }

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        int width = FeatureCount;
        for (int k = 0; k < biases.Length; k++)
        {
            ReadOnlySpan<float> w = weights.AsSpan(k * width, width);
            if (!row.IsSparse)
            {
                scores[k] = biases[k] + TensorPrimitives.Dot(w, row.Values);
                continue;
            }
            float sum = biases[k];
            for (int i = 0; i < row.Indices.Length; i++) sum += w[row.Indices[i]] * row.Values[i];
            scores[k] = sum;
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Floats(biases);
        writer.Floats(weights);
        writer.Bool(Link is not null);
        if (Link is not null) writer.Part(Link);
    }

    /// <inheritdoc/>
    public static LinearModel Read(PlainReader reader)
    {
        float[] biases = reader.Floats(), weights = reader.Floats();
        if (biases.Length == 0 || weights.Length % biases.Length != 0) throw reader.Damaged($"{weights.Length} weights for {biases.Length} outputs");
        return new LinearModel(weights, biases, reader.Bool() ? reader.Part<ILink>() : null);
    }
}
