namespace MLPipes.Trainers.Torch;

/// <summary>How good scores are, for the choice of the best weights: larger is better.</summary>
internal static class TextQuality
{
    // Of equal accuracies the smaller log-loss counts more, by less than one row could.
    private const double Tie = 1e-5;

    /// <summary>What it is called.</summary>
    public static string NameFor(TextExamples examples) => examples.Task == MLTask.Regression ? "minus_squared_error" : examples.TargetWidth > 1 ? "minus_log_loss" : "accuracy";

    /// <summary>Accuracy for classes, the log-loss with its sign turned for several labels at once, the squared error with its sign turned for numbers.</summary>
    /// <param name="examples">The truth.</param>
    /// <param name="scores">[rows × outputs], raw.</param>
    /// <param name="outputs">Scores of a row.</param>
    public static double Of(TextExamples examples, float[] scores, int outputs)
    {
        if (examples.TargetWidth > 1) return -LabelsLoss(examples.Targets, scores);
        double right = 0, loss = 0, total = 0;
        for (int row = 0; row < examples.Rows.Count; row++)
        {
            ReadOnlySpan<float> mine = scores.AsSpan(row * outputs, outputs);
            double weight = examples.Weights.Length == 0 ? 1 : examples.Weights[row], target = examples.Targets[row];
            total += weight;
            if (examples.Task == MLTask.Regression)
            {
                loss += weight * (mine[0] - target) * (mine[0] - target);
                continue;
            }
            if (outputs == 1)
            {
                loss += weight * Softplus(target > 0.5 ? -mine[0] : mine[0]);
                if (mine[0] > 0 == target > 0.5) right += weight;
                continue;
            }
            int best = 0;
            double sum = 0;
            for (int k = 0; k < outputs; k++) if (mine[k] > mine[best]) best = k;
            for (int k = 0; k < outputs; k++) sum += Math.Exp(mine[k] - mine[best]);
            loss += weight * (mine[best] + Math.Log(sum) - mine[(int)target]);
            if (best == (int)target) right += weight;
        }
        return examples.Task == MLTask.Regression ? -loss / total : (right / total) - (Tie * Math.Min(1, loss / total / 100));
    }

    // Log-loss over all labels of all rows.
    private static double LabelsLoss(float[] targets, float[] scores)
    {
        double loss = 0;
        for (int i = 0; i < targets.Length; i++) loss += Softplus(targets[i] > 0.5 ? -scores[i] : scores[i]) / targets.Length;
        return loss;
    }

    private static double Softplus(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));
}
