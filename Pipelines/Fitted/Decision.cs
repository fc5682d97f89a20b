using System.Numerics.Tensors;

namespace MLPipes;

/// <summary>How a classification's averaged probabilities become calibrated ones, and these a class.</summary>
/// <remarks>
/// Binary: p' = 1 / (1 + exp(−(<see cref="Slope"/> · logit(p) + <see cref="Offset"/>))). Several classes: p'ₖ ∝ pₖ^<see cref="Slope"/>,
/// which is temperature scaling with temperature 1 / slope (Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017).
/// </remarks>
public sealed record Decision
{
    // Log-odds beyond ±16 are beyond what a float32 probability near 1 can say.
    private const double LeastProbability = 1e-7;

    /// <summary>Factor of the log-odds, or of the log-probabilities, above 0; 1 leaves them as they are.</summary>
    public float Slope { get; init; } = 1;

    /// <summary>Added to the log-odds of the positive class; 0 for several classes.</summary>
    public float Offset { get; init; }

    /// <summary>Calibrated probability from which the positive class is predicted, strictly between 0 and 1. Acts on binary tasks only.</summary>
    public float Threshold { get; init; } = 0.5f;

    /// <summary>Whether probabilities change.</summary>
    internal bool Calibrates => Slope != 1 || Offset != 0;

    /// <summary>Calibrates probabilities in place.</summary>
    /// <param name="probabilities">[rows × outputs]: the positive class's, or one a class.</param>
    /// <param name="outputs">Values per row: 1 for binary.</param>
    public void Calibrate(Span<float> probabilities, int outputs)
    {
        if (!Calibrates) return;
        if (outputs == 1)
        {
            for (int i = 0; i < probabilities.Length; i++)
            {
                double p = Math.Clamp((double)probabilities[i], LeastProbability, 1 - LeastProbability);
                double z = (Slope * Math.Log(p / (1 - p))) + Offset;
                probabilities[i] = (float)(1 / (1 + Math.Exp(-z)));
            }
            return;
        }
        for (int start = 0; start < probabilities.Length; start += outputs)
        {
            Span<float> row = probabilities.Slice(start, outputs);
            for (int k = 0; k < row.Length; k++) row[k] = Slope * MathF.Log(Math.Max(row[k], (float)LeastProbability));
            TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
            TensorPrimitives.SoftMax(row, row);
        }
    }

    /// <summary>Problems that make this no decision; empty for a sound one.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!(Slope > 0) || !float.IsFinite(Slope) || !float.IsFinite(Offset)) yield return $"the calibration ({Slope}, {Offset}) is not a finite slope above 0 and a finite offset";
        if (!(Threshold > 0 && Threshold < 1)) yield return $"the threshold {Threshold} is not between 0 and 1";
    }
}
