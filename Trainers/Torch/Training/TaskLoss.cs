using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Losses of the table tasks over raw scores, and how much each example counts.</summary>
internal static class TaskLoss
{
    /// <summary>Mean weighted loss: cross-entropy for classes, squared error for numbers. A scalar with its graph.</summary>
    /// <param name="task">What is learned.</param>
    /// <param name="scores">float32, [rows × outputs].</param>
    /// <param name="targets">[rows]: class index, or the number.</param>
    /// <param name="weights">[rows], of mean 1 over all examples; empty for equal ones.</param>
    /// <param name="smoothing">Share of the target spread over all classes.</param>
    public static Tensor Mean(MLTask task, Tensor scores, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, double smoothing)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor each = Each(task, scores, targets.ToArray(), smoothing);
        if (!weights.IsEmpty) each = each * tensor(weights.ToArray(), device: scores.device);
        return each.mean().MoveToOuterDisposeScope();
    }

    /// <summary>Weight of each example, of mean 1; empty where all count alike.</summary>
    /// <param name="data">The examples; their own row weights count too.</param>
    /// <param name="weighting">How classes count; nothing for a regression.</param>
    public static float[] Weights(TrainingSet data, ClassWeighting weighting)
    {
        bool isBalanced = weighting == ClassWeighting.Balanced && data.Task != MLTask.Regression;
        if (!isBalanced && !data.IsWeighted) return [];
        float[] weights = data.IsWeighted ? data.Weights.ToArray() : [.. Enumerable.Repeat(1f, data.Rows)];
        if (isBalanced)
        {
            double[] perClass = new double[data.Target.Classes.Count];
            for (int row = 0; row < weights.Length; row++) perClass[(int)data.Labels[row]] += weights[row];
            for (int row = 0; row < weights.Length; row++) weights[row] = (float)(weights[row] / Math.Max(1e-12, perClass[(int)data.Labels[row]]));
        }
        double mean = 0;
        foreach (float weight in weights) mean += (double)weight / weights.Length;
        for (int row = 0; row < weights.Length; row++) weights[row] = (float)(weights[row] / mean);
        return weights;
    }

    private static Tensor Each(MLTask task, Tensor scores, float[] targets, double smoothing)
    {
        switch (task)
        {
            case MLTask.Multiclass:
                Tensor classes = tensor(Array.ConvertAll(targets, t => (long)t), device: scores.device);
                return nn.functional.cross_entropy(scores, classes, reduction: nn.Reduction.None, label_smoothing: smoothing);
            case MLTask.Binary:
                // The positive class's share of a smoothed target: (1 − ε)·y + ε/2.
                Tensor shares = tensor(Array.ConvertAll(targets, t => (float)(((1 - smoothing) * t) + (smoothing / 2))), device: scores.device);
                return nn.functional.binary_cross_entropy_with_logits(scores.view(-1), shares, reduction: nn.Reduction.None);
            default:
                return (scores.view(-1) - tensor(targets, device: scores.device)).square();
        }
    }
}
