using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace MLPipes.Benchmarks;

/// <summary>One study from start to saved model and scored test part, in this process.</summary>
internal static class QualityCell
{
    private const double Megabyte = 1 << 20;

    public static QualityRow Measure(DataSet data, QualityOptions options, double budget, int seed)
    {
        TimeProvider clock = options.Clock == "cpu" ? new CpuTime(options.Threads) : TimeProvider.System;
        // The process's start is where a user's budget begins; its processor time began at 0.
        DateTimeOffset started = clock is CpuTime cpu ? cpu.Origin : Process.GetCurrentProcess().StartTime.ToUniversalTime();
        Table train = Table.ReadCsv(data.TrainPath);
        TableProfile profile = TableProfile.Of(train, new RoleOptions { Label = data.Label, Ignore = data.Dropped });
        if (options.IsVerbose)
            foreach (ColumnProfile column in profile.Columns.Where(c => c.Role is ColumnRole.Id or ColumnRole.Ignore or ColumnRole.Text or ColumnRole.Date))
                Console.Error.WriteLine($"  {column.Name} is {column.Role}: {column.Reason}");
        Study study = new(new StudyOptions { Data = train, Roles = profile.Roles, Task = profile.Task, Time = TimeSpan.FromSeconds(budget), Seed = seed, Threads = options.Threads, Clock = clock, Started = started });
        Trace trace = new(options.IsVerbose);
        StudyResult result = study.RunAsync(trace).GetAwaiter().GetResult();
        (double used, double megabytes) = Save(result.Pipeline, clock, started);
        if (options.IsVerbose)
            foreach (AutoSearch.LeaderboardRow trial in result.Leaderboard.Rows)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {trial.Number,3} {trial.Trainer,-28} {trial.Score,12:0.00000} {trial.Seconds,7:0.00} s  {string.Join(' ', trial.Knobs.Select(k => $"{k.Key}={k.Value}"))}"));

        long began = clock.GetTimestamp();
        Table test = Table.ReadCsv(data.TestPath, new CsvOptions { Columns = result.Pipeline.Schema.ReadOptions });
        Predictions predictions = result.Pipeline.Predict(test, options.Threads);
        MetricReport report = MetricReport.Of(result.Pipeline.Schema.TargetOf(test), predictions.Values, threshold: result.Pipeline.Schema.Threshold);
        return For(data, options, budget, seed) with
        {
            SecondsUsed = used,
            SecondsTest = clock.GetElapsedTime(began).TotalSeconds,
            Test = report[data.Metric] ?? double.NaN,
            OutOfFold = result.Metrics.GetValueOrDefault(data.Metric, double.NaN),
            End = result.End.ToString(),
            Completed = result.Leaderboard.Completed,
            Dropped = result.Leaderboard.Dropped,
            Failed = result.Leaderboard.Failed,
            Skipped = result.Leaderboard.Skipped,
            Splits = result.Splits,
            Models = result.Pipeline.Members.Count,
            ModelMb = megabytes,
            SecondsStudy = result.Usage.Seconds,
            SecondsInside = result.Usage.InsideSeconds,
            SecondsFit = result.Usage.FitSeconds,
            SecondsScore = result.Usage.ScoreSeconds,
            SecondsFeatures = result.Usage.FeatureSeconds,
            Bests = trace.Bests,
            Best = result.Best,
            PeakRssMb = PeakRss() / Megabyte,
        };
    }

    /// <summary>A row that says what was asked and where, and nothing yet of what came of it.</summary>
    public static QualityRow For(DataSet data, QualityOptions options, double budget, int seed) => new()
    {
        Data = data.Name,
        Task = data.Task,
        Metric = data.Metric,
        Seed = seed,
        SecondsBudget = budget,
        Threads = options.Threads,
        Clock = options.Clock,
        Reference = data.BestReference,
        Machine = MachineName(),
        Version = VersionName(),
        Date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static (double Seconds, double Megabytes) Save(FittedPipeline pipeline, TimeProvider clock, DateTimeOffset started)
    {
        string folder = Directory.CreateTempSubdirectory("mlpipes-quality-").FullName;
        try
        {
            string path = Path.Combine(folder, "model.zip");
            pipeline.Save(path);
            return ((clock.GetUtcNow() - started).TotalSeconds, new FileInfo(path).Length / Megabyte);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The most memory that this process held, in bytes; Linux says it exactly, elsewhere the runtime's figure has to do.</summary>
    private static double PeakRss()
    {
        const string status = "/proc/self/status", peak = "VmHWM:";
        if (!File.Exists(status)) return Process.GetCurrentProcess().PeakWorkingSet64;
        string line = File.ReadLines(status).First(l => l.StartsWith(peak, StringComparison.Ordinal));
        return double.Parse(line[peak.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    private static string MachineName()
    {
        const string info = "/proc/cpuinfo", name = "model name";
        string? processor = File.Exists(info) ? File.ReadLines(info).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) : null;
        string text = processor is null ? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString() : processor[(processor.IndexOf(':') + 1)..].Trim();
        return $"{text}, {Environment.ProcessorCount} cores, .NET {Environment.Version}";
    }

    private static string VersionName()
    {
        string version = typeof(Study).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        int commit = version.IndexOf('+');
        return commit < 0 || version.Length <= commit + 9 ? version : version[..(commit + 9)];
    }
}
