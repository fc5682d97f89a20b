using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLPipes.AutoSearch;

/// <summary>What studies do, as figures of the meter <see cref="MeterName"/>: any OpenTelemetry exporter or <c>dotnet-counters</c> reads them.</summary>
/// <remarks>
/// <list type="table">
/// <item><term><c>mlpipes.autosearch.trials</c></term><description>counter: trials that ended, by <c>trainer</c> and <c>outcome</c> (completed, dropped, failed, skipped)</description></item>
/// <item><term><c>mlpipes.autosearch.trials.running</c></term><description>trials under way</description></item>
/// <item><term><c>mlpipes.autosearch.trial.duration</c></term><description>histogram, seconds: fitting and scoring of a trial, summed over folds, by <c>trainer</c> and <c>outcome</c></description></item>
/// <item><term><c>mlpipes.autosearch.best.loss</c></term><description>gauge: least loss so far, smaller is better</description></item>
/// <item><term><c>mlpipes.autosearch.studies.running</c></term><description>studies under way</description></item>
/// <item><term><c>mlpipes.autosearch.memory</c></term><description>bytes that the process holds, while a study runs</description></item>
/// </list>
/// All but the last carry <c>label</c>, the column that is predicted. Without a listener they cost next to nothing.
/// </remarks>
public static class StudyMetrics
{
    /// <summary>The meter's name, to subscribe by.</summary>
    public const string MeterName = "MLPipes.AutoSearch";

    private static readonly Meter meter = new(MeterName, typeof(StudyMetrics).Assembly.GetName().Version?.ToString());
    private static readonly Counter<long> trials = meter.CreateCounter<long>("mlpipes.autosearch.trials", "{trial}", "Trials that ended.");
    private static readonly UpDownCounter<int> running = meter.CreateUpDownCounter<int>("mlpipes.autosearch.trials.running", "{trial}", "Trials under way.");
    private static readonly Histogram<double> seconds = meter.CreateHistogram<double>("mlpipes.autosearch.trial.duration", "s", "Fitting and scoring of a trial, summed over folds.");
    private static readonly Gauge<double> bestLoss = meter.CreateGauge<double>("mlpipes.autosearch.best.loss", description: "Least loss so far.");
    private static readonly UpDownCounter<int> studies = meter.CreateUpDownCounter<int>("mlpipes.autosearch.studies.running", "{study}", "Studies under way.");
    private static readonly Gauge<long> memory = meter.CreateGauge<long>("mlpipes.autosearch.memory", "By", "Bytes that the process holds.");

    /// <summary>Runs a study, counts what happens in it, and passes each event on to <paramref name="progress"/>.</summary>
    internal static async Task<StudyResult> WatchAsync(StudyOptions options, IProgress<TrialEvent>? progress, Func<IProgress<TrialEvent>, Task<StudyResult>> run)
    {
        KeyValuePair<string, object?> label = new("label", options.Roles.Label);
        Counting counting = new(label, progress);
        studies.Add(1, label);
        try
        {
            return await run(counting).ConfigureAwait(false);
        }
        finally
        {
            counting.End();
            studies.Add(-1, label);
        }
    }

    private sealed class Counting(KeyValuePair<string, object?> label, IProgress<TrialEvent>? next) : IProgress<TrialEvent>
    {
        private readonly HashSet<int> underWay = [];
        private double best = double.PositiveInfinity;

        public void Report(TrialEvent value)
        {
            Count(value);
            next?.Report(value);
        }

        /// <summary>Trials that a study left behind at its end are under way no more.</summary>
        public void End()
        {
            lock (underWay)
            {
                running.Add(-underWay.Count, label);
                underWay.Clear();
            }
        }

        private void Count(TrialEvent happened)
        {
            if (happened is TrialEvent.Started)
            {
                lock (underWay) if (underWay.Add(happened.Number)) running.Add(1, label);
                return;
            }
            if (!happened.IsOutcome) return;
            lock (underWay) if (underWay.Remove(happened.Number)) running.Add(-1, label);
            (string outcome, double? took) = happened switch
            {
                TrialEvent.Completed completed => ("completed", completed.Seconds),
                TrialEvent.Dropped dropped => ("dropped", dropped.Seconds),
                TrialEvent.Failed => ("failed", (double?)null),
                _ => ("skipped", null),
            };
            TagList tags = new() { label, { "trainer", happened.Plan.Trainer }, { "outcome", outcome } };
            trials.Add(1, tags);
            if (took is { } time) seconds.Record(time, tags);
            if (memory.Enabled) memory.Record(Environment.WorkingSet);
            if (happened is not TrialEvent.Completed { Loss: var loss } || !(loss < best)) return;
            best = loss;
            bestLoss.Record(loss, label);
        }
    }
}
