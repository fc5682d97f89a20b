using System.Numerics.Tensors;

namespace MLPipes.Pipelines;

/// <summary>Scores are predictions already: a regression's values, or probabilities.</summary>
public sealed class IdentityLink : ILink, IPlainPart<IdentityLink>
{
    /// <inheritdoc/>
    public static string Kind => "link-identity";

    /// <inheritdoc/>
    public void Apply(Span<float> scores, int outputs) { }

    /// <inheritdoc/>
    public void Write(PlainWriter writer) { }

    /// <inheritdoc/>
    public static IdentityLink Read(PlainReader reader) => new();
}

/// <summary>p = 1 / (1 + exp(−(slope · score + offset))): log-odds with slope 1 and offset 0, or a Platt calibration of margins.</summary>
public sealed class LogisticLink(float slope = 1, float offset = 0) : ILink, IPlainPart<LogisticLink>
{
    /// <summary>Factor of the score.</summary>
    public float Slope { get; } = slope;

    /// <summary>Added to the scaled score.</summary>
    public float Offset { get; } = offset;

    /// <inheritdoc/>
    public static string Kind => "link-logistic";

    /// <inheritdoc/>
    public void Apply(Span<float> scores, int outputs) => LinkKernels.Logistic(scores, Slope, Offset);

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Float(Slope);
        writer.Float(Offset);
    }

    /// <inheritdoc/>
    public static LogisticLink Read(PlainReader reader) => new(reader.Float(), reader.Float());
}

/// <summary>Softmax over the outputs of a row.</summary>
public sealed class SoftmaxLink : ILink, IPlainPart<SoftmaxLink>
{
    /// <inheritdoc/>
    public static string Kind => "link-softmax";

    /// <inheritdoc/>
    public void Apply(Span<float> scores, int outputs)
    {
        for (int start = 0; start < scores.Length; start += outputs)
        {
            Span<float> row = scores.Slice(start, outputs);
            TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
            TensorPrimitives.SoftMax(row, row);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer) { }

    /// <inheritdoc/>
    public static SoftmaxLink Read(PlainReader reader) => new();
}

/// <summary>exp(score), for losses with a log link (Poisson, Tweedie).</summary>
public sealed class ExpLink : ILink, IPlainPart<ExpLink>
{
    /// <inheritdoc/>
    public static string Kind => "link-exp";

    /// <inheritdoc/>
    public void Apply(Span<float> scores, int outputs) => LinkKernels.Exp(scores);

    /// <inheritdoc/>
    public void Write(PlainWriter writer) { }

    /// <inheritdoc/>
    public static ExpLink Read(PlainReader reader) => new();
}
