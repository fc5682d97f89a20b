using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>A figure that says how good predictions are: its key, the tasks it judges, its direction and its formula.</summary>
/// <remarks>
/// Definitions are scikit-learn's where it has the metric (checked against 1.9.1). A metric that the rows leave undefined, such as
/// AUC where only one class occurs, is NaN as a value and null in a <see cref="MetricReport"/>; so is every metric of predictions
/// that hold NaN.
/// </remarks>
public sealed class Metric
{
    private readonly MetricFunction function;

    internal Metric(string key, string name, bool higherIsBetter, MetricFunction function, MLTask[] tasks, string[]? aliases = null, double best = 1, bool usesThreshold = false)
    {
        UsesThreshold = usesThreshold;
        Key = key;
        Name = name;
        HigherIsBetter = higherIsBetter;
        Tasks = tasks;
        Aliases = aliases ?? [];
        Best = higherIsBetter ? best : 0;
        this.function = function;
    }

    /// <summary>Short name in options and reports; permanent.</summary>
    public string Key { get; }

    /// <summary>What it is called in full.</summary>
    public string Name { get; }

    /// <summary>The tasks whose predictions it judges.</summary>
    public IReadOnlyList<MLTask> Tasks { get; }

    /// <summary>Whether a larger value is a better one.</summary>
    public bool HigherIsBetter { get; }

    /// <summary>The value of perfect predictions.</summary>
    public double Best { get; }

    /// <summary>Whether it judges predicted classes, which in a binary task a threshold decides, and not the probabilities themselves.</summary>
    public bool UsesThreshold { get; }

    /// <summary>Other names it is found by; case, blanks, <c>_</c> and <c>-</c> do not matter.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>All metrics, in the order in which reports show them.</summary>
    public static IReadOnlyList<Metric> All => MetricTable.Rows;

    /// <summary>The metric that a search improves unless told otherwise: auc, logloss for several classes, rmse for a regression.</summary>
    public static Metric Default(MLTask task) => Find(task switch
    {
        MLTask.Binary => "auc",
        MLTask.Multiclass => "logloss",
        _ => "rmse",
    }, task);

    /// <summary>The metrics of <paramref name="task"/>, in the order in which reports show them.</summary>
    public static IReadOnlyList<Metric> For(MLTask task) => [.. MetricTable.Rows.Where(m => m.Tasks.Contains(task))];

    /// <summary>The metric with that key or another of its names; <c>quantile_N</c> is the quantile loss at N percent.</summary>
    /// <param name="name">Key or alias, in any case.</param>
    /// <param name="task">The task it has to judge; null for any.</param>
    /// <exception cref="OptionsException">There is none for that task; the message lists the known keys.</exception>
    public static Metric Find(string name, MLTask? task = null)
    {
        string wanted = Plain(name);
        Metric? found = MetricTable.Rows.FirstOrDefault(m => Fits(m, task) && m.IsCalled(wanted)) ?? QuantileNamed(wanted);
        if (found is not null && Fits(found, task)) return found;
        IEnumerable<string> known = MetricTable.Rows.Where(m => Fits(m, task)).Select(m => m.Key);
        if (task is null or MLTask.Regression) known = known.Append("quantile_1 to quantile_99");
        bool other = found is not null || MetricTable.Rows.Any(m => m.IsCalled(wanted));
        string problem = other ? $"'{name}' does not judge a {task.ToString()!.ToLowerInvariant()} task." : $"There is no metric '{name}'.";
        throw new OptionsException("metric", [problem, $"Known{(task is null ? "" : " here")}: {string.Join(", ", known)}."]);
    }

    /// <summary>Quantile (pinball) loss at <paramref name="level"/>, strictly between 0 and 1.</summary>
    public static Metric Quantile(double level)
    {
        if (level is not (> 0 and < 1)) throw new OptionsException("metric", [$"A quantile level of {level.ToString(CultureInfo.InvariantCulture)} is outside (0, 1)."]);
        return new Metric($"quantile_{(level * 100).ToString(CultureInfo.InvariantCulture)}", $"quantile loss at {level.ToString(CultureInfo.InvariantCulture)}", false,
            (truth, predictions, _, weights) => RegressionMetrics.QuantileLoss(truth, predictions, weights, level), [MLTask.Regression]);
    }

    /// <summary>Expected calibration error over <paramref name="bins"/> bins of equal width, at least 1; <c>ece</c> itself has 15.</summary>
    public static Metric CalibrationError(int bins)
    {
        if (bins is < 1 or > 10_000) throw new OptionsException("metric", [$"{bins} bins are outside [1, 10000]."]);
        return new Metric($"ece_{bins}", $"expected calibration error over {bins} bins of equal width", false,
            (truth, predictions, classes, weights) => ProbabilityMetrics.CalibrationError(truth, predictions, classes, weights, bins), [MLTask.Binary, MLTask.Multiclass]);
    }

    /// <summary>The metric's value; NaN where it is undefined.</summary>
    /// <param name="truth">The labels.</param>
    /// <param name="predictions">[rows × outputs], row-major: the positive class's probability, one probability a class, or the number.</param>
    /// <param name="weights">[rows], each at least 0; empty for equal weights.</param>
    /// <param name="threshold">Probability from which a binary prediction is the positive class; acts where <see cref="UsesThreshold"/>.</param>
    public double Evaluate(Target truth, ReadOnlySpan<float> predictions, ReadOnlySpan<float> weights = default, float threshold = 0.5f)
    {
        int outputs = truth.Task == MLTask.Multiclass ? truth.Classes.Count : 1;
        if (predictions.Length != truth.Count * outputs)
            throw new ArgumentException($"{truth.Count} rows of {outputs} need {truth.Count * outputs} predictions, got {predictions.Length}.", nameof(predictions));
        if (!weights.IsEmpty && weights.Length != truth.Count)
            throw new ArgumentException($"{truth.Count} rows have {weights.Length} weights.", nameof(weights));
        if (!Tasks.Contains(truth.Task))
            throw new OptionsException("metric", [$"'{Key}' does not judge a {truth.Task.ToString().ToLowerInvariant()} task."]);
        if (truth.Count == 0 || predictions.ContainsNaN()) return double.NaN;
        if (!UsesThreshold || truth.Task != MLTask.Binary || threshold == 0.5f) return function(truth.Values, predictions, truth.Classes.Count, weights);
        // Only the side of the threshold counts.
        float[] sides = new float[predictions.Length];
        for (int i = 0; i < sides.Length; i++) sides[i] = predictions[i] >= threshold ? 1 : 0;
        return function(truth.Values, sides, truth.Classes.Count, weights);
    }

    /// <summary>The loss that a search minimises: the value itself, or its distance from <see cref="Best"/>; infinite where undefined.</summary>
    public double Loss(double value) => double.IsNaN(value) ? double.PositiveInfinity : HigherIsBetter ? Best - value : value;

    /// <summary>The loss of predictions; see <see cref="Evaluate"/> and <see cref="Loss(double)"/>.</summary>
    public double Loss(Target truth, ReadOnlySpan<float> predictions, ReadOnlySpan<float> weights = default) =>
        Loss(Evaluate(truth, predictions, weights));

    /// <summary>The value behind a loss, to show to people.</summary>
    public double ValueOf(double loss) => HigherIsBetter ? Best - loss : loss;

    /// <inheritdoc/>
    public override string ToString() => Key;

    private bool IsCalled(string plain) => Plain(Key) == plain || Aliases.Any(a => Plain(a) == plain);

    private static bool Fits(Metric metric, MLTask? task) => task is null || metric.Tasks.Contains(task.Value);

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static Metric? QuantileNamed(string plain)
    {
        foreach (string prefix in (string[])["quantileloss", "quantile", "pinball"])
        {
            if (plain.StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(plain.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int percent) && percent is > 0 and < 100)
                return Quantile(percent / 100.0);
        }
        return null;
    }
}
