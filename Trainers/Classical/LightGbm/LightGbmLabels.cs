using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Checks that labels suit an objective, and measures them.</summary>
internal static class LightGbmLabels
{
    /// <summary>The objective in force, checked against the task and the labels.</summary>
    /// <exception cref="OptionsException">The objective is for regressions, the task is none.</exception>
    /// <exception cref="TrainingException">A label is outside the objective's range.</exception>
    public static BoostingObjective Resolve(LightGbm options, TrainingSet data)
    {
        BoostingObjective objective = options.Objective;
        if (data.Task != MLTask.Regression)
            return objective == BoostingObjective.Default
                ? objective
                : throw new OptionsException(nameof(LightGbm), [$"Objective = {objective} is for regressions; a classification takes {BoostingObjective.Default}."]);
        if (objective == BoostingObjective.Default) return BoostingObjective.L2;
        // Their leaf values are set to a quantile of the residuals after the tree has grown, which a line does not follow.
        if (options.LinearLeaves && objective is (BoostingObjective.L1 or BoostingObjective.Quantile))
            throw new OptionsException(nameof(LightGbm), [$"LinearLeaves can't be used with Objective = {objective}; choose {BoostingObjective.L2} or {BoostingObjective.Huber}, or turn it off."]);
        if (objective is not (BoostingObjective.Poisson or BoostingObjective.Tweedie or BoostingObjective.Gamma)) return objective;
        bool zeroIsFine = objective != BoostingObjective.Gamma;
        double sum = 0;
        foreach (float label in data.Labels)
        {
            if (label < 0 || (label == 0 && !zeroIsFine))
                throw new TrainingException(nameof(LightGbm), $"Objective = {objective} takes labels {(zeroIsFine ? "of at least" : "above")} 0, found {label}; choose another objective.");
            sum += label;
        }
        return sum > 0 ? objective : throw new TrainingException(nameof(LightGbm), $"Objective = {objective} takes labels that are not all 0.");
    }

    /// <summary>1.4826 · median |y − median y|, which is the standard deviation of normal labels; where that is 0 the mean deviation, else 1.</summary>
    public static double RobustDeviation(ReadOnlySpan<float> labels)
    {
        float[] sorted = labels.ToArray();
        Array.Sort(sorted);
        float median = sorted[sorted.Length / 2];
        double mean = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = Math.Abs(sorted[i] - median);
            mean += sorted[i] / (double)sorted.Length;
        }
        Array.Sort(sorted);
        return sorted[sorted.Length / 2] > 0 ? 1.4826 * sorted[sorted.Length / 2] : mean > 0 ? mean : 1;
    }
}
