using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>All metrics of one set of predictions.</summary>
public sealed class MetricReport
{
    private readonly OrderedDictionary<string, double?> values;

    private MetricReport(Target truth, OrderedDictionary<string, double?> values, ConfusionMatrix? confusion)
    {
        Task = truth.Task;
        Rows = truth.Count;
        Classes = truth.Classes;
        Confusion = confusion;
        this.values = values;
    }

    /// <summary>What was predicted.</summary>
    public MLTask Task { get; }

    /// <summary>Number of rows that were judged.</summary>
    public int Rows { get; }

    /// <summary>Class names in the order of <see cref="Confusion"/>; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Value by metric key, in the order of <see cref="Metric.All"/>; null where the rows leave the metric undefined.</summary>
    public IReadOnlyDictionary<string, double?> Values => values;

    /// <summary>The value of metric <paramref name="key"/>; null where undefined.</summary>
    public double? this[string key] => values[Metric.Find(key, Task).Key];

    /// <summary>Counts of true against predicted classes; null for a regression.</summary>
    public ConfusionMatrix? Confusion { get; }

    /// <summary>Judges predictions by every metric of the task.</summary>
    /// <param name="truth">The labels.</param>
    /// <param name="predictions">[rows × outputs], row-major: the positive class's probability, one probability a class, or the number.</param>
    /// <param name="weights">[rows], each at least 0; empty for equal weights.</param>
    /// <param name="threshold">Probability from which a binary prediction is the positive class.</param>
    public static MetricReport Of(Target truth, ReadOnlySpan<float> predictions, ReadOnlySpan<float> weights = default, float threshold = 0.5f)
    {
        OrderedDictionary<string, double?> values = new(StringComparer.Ordinal);
        foreach (Metric metric in Metric.For(truth.Task))
        {
            double value = metric.Evaluate(truth, predictions, weights, threshold);
            values[metric.Key] = double.IsFinite(value) ? value : null;
        }
        ConfusionMatrix? confusion = truth.Task == MLTask.Regression ? null : ConfusionMatrix.Of(truth.Values, predictions, truth.Classes.Count, weights, threshold);
        return new MetricReport(truth, values, confusion);
    }
}
