using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>score_k = w_k · x + b_k.</summary>
public sealed class LinearModel : IModel, IPlainPart<LinearModel>
{
    private readonly float[] weights;
    private readonly float[] biases;
    private readonly float[] byFeature; // [features × outputs] where there are several outputs

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
        byFeature = biases.Length == 1 ? [] : Transposed(weights, biases.Length);
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
        if (biases.Length > 1) ScoreAllOutputs(row, scores[..biases.Length]);
        else if (!row.IsSparse) scores[0] = biases[0] + TensorPrimitives.Dot(weights, row.Values);
        else
        {
            float sum = biases[0];
            for (int i = 0; i < row.Indices.Length; i++) sum += weights[row.Indices[i]] * row.Values[i];
            scores[0] = sum;
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

    // A feature at a time into all outputs: each stored value is looked at once, and a sparse row gives the bits of a dense one.
    private void ScoreAllOutputs(FeatureRow row, Span<float> scores)
    {
        int outputs = biases.Length;
        biases.CopyTo(scores);
        for (int i = 0; i < row.Values.Length; i++)
        {
            float value = row.Values[i];
            if (value == 0) continue;
            int feature = row.IsSparse ? row.Indices[i] : i, k = 0;
            ReadOnlySpan<float> w = byFeature.AsSpan(feature * outputs, outputs);
            Vector256<float> values = Vector256.Create(value);
            for (; k <= outputs - Vector256<float>.Count; k += Vector256<float>.Count)
                (Vector256.Create<float>(scores[k..]) + (values * Vector256.Create(w[k..]))).CopyTo(scores[k..]);
            for (; k < outputs; k++) scores[k] += value * w[k];
        }
    }

    private static float[] Transposed(float[] weights, int outputs)
    {
        int width = weights.Length / outputs;
        float[] turned = new float[weights.Length];
        for (int k = 0; k < outputs; k++)
            for (int f = 0; f < width; f++) turned[(f * outputs) + k] = weights[(k * width) + f];
        return turned;
    }
}
