using System.Globalization;

namespace MLPipes.Benchmarks;

/// <summary>Searches on every data set of a folder under one budget and sets the test scores beside the reference scores in each meta.json.</summary>
internal sealed class QualityBenchmark : IBenchmark
{
    private const string Usage = "quality [folder] [--sets a,b] [--time 60s] [--seeds 1,2] [--threads N] [--clock wall|cpu] [--out folder] [--verbose]";

    public string Name => "quality";

    public string Summary => $"test scores beside the references of each meta.json: {Usage}";

    public int Run(string[] args)
    {
        Dictionary<string, string> options = [];
        string? folder = null;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--verbose") options["verbose"] = "yes";
            else if (args[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < args.Length) options[args[i][2..]] = args[++i];
            else folder = args[i];
        }
        folder ??= Path.Combine(Environment.GetEnvironmentVariable("MLPIPES_SHARED") ?? "../shared", "data");
        string[]? wanted = options.TryGetValue("sets", out string? sets) ? sets.Split(',') : null;
        TimeSpan time = TimeOf(options.GetValueOrDefault("time", "60s"));
        int[] seeds = [.. options.GetValueOrDefault("seeds", "1").Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        int threads = int.Parse(options.GetValueOrDefault("threads", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        DataSet[] found = [.. DataSet.In(folder).Where(d => wanted is null || wanted.Contains(d.Name))];
        if (found.Length == 0)
        {
            Console.Error.WriteLine($"No tabular data set in '{folder}'. {Usage}");
            return 2;
        }

        TimeProvider clock = options.GetValueOrDefault("clock", "wall") == "cpu" ? new CpuTime(threads) : TimeProvider.System;
        if (clock is CpuTime) Console.WriteLine($"Seconds are processor seconds of this process on {threads} threads, to measure on a machine that others use too; not wall time.");
        QualityTable table = new(time);
        Console.WriteLine(QualityTable.Header);
        foreach (DataSet data in found)
            foreach (int seed in seeds)
            {
                QualityRow row = Measure(data, time, seed, threads, clock, options.ContainsKey("verbose"));
                table.Add(row);
                Console.WriteLine(QualityTable.Line(row));
            }
        Console.WriteLine(table.Summary);
        if (options.TryGetValue("out", out string? target)) table.Save(target);
        return 0;
    }

    private static QualityRow Measure(DataSet data, TimeSpan time, int seed, int threads, TimeProvider clock, bool isVerbose)
    {
        DateTimeOffset started = clock.GetUtcNow();
        long began = clock.GetTimestamp();
        Table train = Table.ReadCsv(data.TrainPath);
        TableProfile profile = TableProfile.Of(train, new RoleOptions { Label = data.Label, Ignore = data.Dropped });
        if (isVerbose)
            foreach (ColumnProfile column in profile.Columns.Where(c => c.Role is ColumnRole.Id or ColumnRole.Ignore or ColumnRole.Text or ColumnRole.Date))
                Console.Error.WriteLine($"  {column.Name} is {column.Role}: {column.Reason}");
        Study study = new(new StudyOptions { Data = train, Roles = profile.Roles, Task = profile.Task, Time = time, Seed = seed, Threads = threads, Clock = clock, Started = started });
        StudyResult result = study.RunAsync(isVerbose ? new Trace() : null).GetAwaiter().GetResult();
        double wall = clock.GetElapsedTime(began).TotalSeconds;
        if (isVerbose)
            foreach (AutoSearch.LeaderboardRow trial in result.Leaderboard.Rows)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {trial.Number,3} {trial.Trainer,-28} {trial.Score,12:0.00000} {trial.Seconds,7:0.00} s  {string.Join(' ', trial.Knobs.Select(k => $"{k.Key}={k.Value}"))}"));

        began = clock.GetTimestamp();
        Table test = Table.ReadCsv(data.TestPath, new CsvOptions { Columns = result.Pipeline.Schema.ReadOptions });
        Predictions predictions = result.Pipeline.Predict(test, threads);
        MetricReport report = MetricReport.Of(result.Pipeline.Schema.TargetOf(test), predictions.Values);
        return new QualityRow(data, seed, report[data.Metric] ?? double.NaN, result.Metrics.GetValueOrDefault(data.Metric, double.NaN), wall, clock.GetElapsedTime(began).TotalSeconds,
            result.Leaderboard.Completed, result.Leaderboard.Dropped, result.Leaderboard.Failed, result.Leaderboard.Skipped, result.Splits, result.Pipeline.Members.Count, result.Best);
    }

    private static TimeSpan TimeOf(string text)
    {
        double number = double.Parse(text.TrimEnd('s', 'm', 'h'), CultureInfo.InvariantCulture);
        return text[^1] switch { 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), _ => TimeSpan.FromSeconds(number) };
    }

    private sealed class Trace : IProgress<AutoSearch.TrialEvent>
    {
        public void Report(AutoSearch.TrialEvent value)
        {
            string? text = value switch
            {
                AutoSearch.TrialEvent.Completed c => string.Create(CultureInfo.InvariantCulture, $"score {c.Score:0.00000} in {c.Seconds:0.00} s{(c.IsPartial ? ", cut short" : "")}"),
                AutoSearch.TrialEvent.Dropped d => string.Create(CultureInfo.InvariantCulture, $"dropped, fold loss {d.FoldLoss:0.00000}, {d.Seconds:0.00} s"),
                AutoSearch.TrialEvent.Failed f => $"FAILED {f.Reason}",
                AutoSearch.TrialEvent.Skipped s => $"skipped: {s.Reason}",
                _ => null,
            };
            if (text is not null) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  [{value.At.TotalSeconds,6:0.0}] {value.Number,3} {value.Plan.Trainer} ({value.Plan.Origin}{string.Concat(value.Plan.Featurizers.Select(f => "+" + f))}): {text}"));
        }
    }
}
