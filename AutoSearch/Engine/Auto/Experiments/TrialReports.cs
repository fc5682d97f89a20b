using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLPipes.AutoSearch;

/// <summary>Tells monitors and ML.NET's log of an experiment's events, one at a time.</summary>
internal sealed class TrialReports(MLContext context, IMonitor? monitor, ExperimentMetric? metric, Func<TrialPlan, Parameter> parameterOf, Func<Parameter, string> nameOf,
    Func<double, double> valueOf, DateTimeOffset started, ProcessWatch? watch) : IProgress<TrialEvent>
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, TrialSettings> running = [];
    private (int Number, TrialResult? Result) last;

    /// <summary>Highest share of all cores, in percent, in any trial that completed; null without a watch.</summary>
    public double? PeakCpu { get; private set; }

    /// <summary>Most megabytes in any trial that completed; null without a watch.</summary>
    public double? PeakMemory { get; private set; }

    /// <summary>The model of a trial, where there is one before the experiment ends.</summary>
    public Func<int, ITransformer?> ModelOf { get; init; } = _ => null;

    public void Report(TrialEvent value)
    {
        lock (gate)
        {
            TrialSettings settings = SettingsOf(value);
            switch (value)
            {
                case TrialEvent.Started:
                    watch?.Begin(value.Number);
                    monitor?.ReportRunningTrial(settings);
                    Log($"Update Running Trial - Id: {settings.TrialId}");
                    break;
                case TrialEvent.Completed completed:
                    TrialResult result = ResultOf(completed, settings);
                    monitor?.ReportCompletedTrial(result);
                    Log(string.Create(CultureInfo.InvariantCulture, $"Update Completed Trial - Id: {settings.TrialId} - Metric: {result.Metric} - Pipeline: {nameOf(settings.Parameter)} - Duration: {result.DurationInMilliseconds:0}"));
                    last = (completed.Number, result);
                    break;
                case TrialEvent.NewBest:
                    TrialResult best = last.Number == value.Number && last.Result is not null ? last.Result : throw new InvalidOperationException("A best trial is one that was just completed.");
                    monitor?.ReportBestTrial(best);
                    Log(string.Create(CultureInfo.InvariantCulture, $"Update Best Trial - Id: {settings.TrialId} - Metric: {best.Metric} - Pipeline: {nameOf(settings.Parameter)}"));
                    break;
                case TrialEvent.Dropped:
                    Fail(settings, "It was given up: its first fold showed that it has no prospects.");
                    break;
                case TrialEvent.Failed failed:
                    Fail(settings, failed.Reason);
                    break;
                case TrialEvent.Skipped skipped:
                    Fail(settings, $"It was skipped: {skipped.Reason}");
                    break;
            }
        }
    }

    /// <summary>The result of a completed trial.</summary>
    public TrialResult ResultOf(TrialEvent.Completed completed, TrialSettings settings)
    {
        double value = valueOf(completed.Score);
        (double? cpu, double? memory) = watch?.PeakOf(completed.Number) ?? (null, null);
        if (cpu is not null) (PeakCpu, PeakMemory) = (Math.Max(PeakCpu ?? 0, cpu.Value), Math.Max(PeakMemory ?? 0, memory ?? 0));
        return new TrialResult
        {
            TrialSettings = settings,
            Loss = metric?.LossOf(value) ?? completed.Loss,
            Metric = value,
            DurationInMilliseconds = completed.Seconds * 1000,
            Model = ModelOf(completed.Number)!,
            PeakCpu = cpu,
            PeakMemoryInMegaByte = memory,
        };
    }

    /// <summary>The settings of the trial of an event; its times are filled in as it goes.</summary>
    public TrialSettings SettingsOf(TrialEvent happened)
    {
        DateTime at = (started + happened.At).UtcDateTime;
        if (!running.TryGetValue(happened.Number, out TrialSettings? settings))
            running.Add(happened.Number, settings = new TrialSettings { TrialId = happened.Number - 1, StartedAtUtc = at, Parameter = parameterOf(happened.Plan) });
        if (happened.IsOutcome) settings.EndedAtUtc = at;
        return settings;
    }

    private void Fail(TrialSettings settings, string reason)
    {
        monitor?.ReportFailTrial(settings, new StudyException(reason));
        Log($"Update Failed Trial - Id: {settings.TrialId} - {reason}");
    }

    private void Log(string message)
    {
        using IChannel channel = ((IChannelProvider)context).Start(nameof(AutoMLExperiment));
        channel.Info(MessageSensitivity.None, message);
    }
}
