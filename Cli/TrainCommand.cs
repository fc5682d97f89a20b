using System.CommandLine;
using System.Text.Json;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary><c>mlpipes train</c>: searches for the best pipeline under a budget, saves it and scores it on test data.</summary>
internal sealed class TrainCommand(Terminal terminal)
{
    private readonly Argument<string> data = new("data") { Description = "Table to learn from: delimited text or JSON lines, gzip-compressed or not, or Parquet." };
    private readonly Option<string> label = new("--label") { Description = "Column to predict.", Required = true, HelpName = "column" };
    private readonly Option<MLTask?> task = new("--task") { Description = "What is predicted: auto (default), binary, multiclass or regression.", CustomParser = OptionParsing.Task, HelpName = "task" };
    private readonly Option<TimeSpan?> time = new("--time") { Description = "Time for everything, from the start of the process to its end: 60s (default), 5m, 1h.", CustomParser = OptionParsing.Duration, HelpName = "duration" };
    private readonly Option<int?> trials = new("--trials") { Description = "Most trials to run; without --time the only limit.", CustomParser = OptionParsing.Count(1), HelpName = "N" };
    private readonly Option<string?> metric = new("--metric") { Description = "Metric to improve; default auc, logloss (several classes) or rmse.", HelpName = "name" };
    private readonly Option<string?> test = new("--test") { Description = "Table to score the result on.", HelpName = "data" };
    private readonly Option<string> output = new("--out") { Description = "Where to save the model; default model.zip.", DefaultValueFactory = _ => "model.zip", HelpName = "file" };
    private readonly Option<string[]> ignore = new("--ignore") { Description = "Columns not to learn from, separated by commas.", HelpName = "columns", DefaultValueFactory = _ => [] };
    private readonly Option<string?> weight = new("--weight") { Description = "Column that says how much a row counts.", HelpName = "column" };
    private readonly Option<string?> group = new("--group") { Description = "Column whose equal values stay on one side of every split.", HelpName = "column" };
    private readonly Option<int?> seed = new("--seed") { Description = "Seed of everything random; default 1.", CustomParser = OptionParsing.Count(0), HelpName = "N" };
    private readonly Option<int?> threads = new("--threads") { Description = "Threads to use; default all cores.", CustomParser = OptionParsing.Count(1, 4096), HelpName = "N" };
    private readonly Option<long?> memory = new("--memory") { Description = "Most memory to use, such as 4g; default three quarters of the machine's.", CustomParser = OptionParsing.Bytes, HelpName = "size" };
    private readonly Option<string?> tensorboard = new("--tensorboard") { Description = "Folder for event files that TensorBoard shows while the search runs.", HelpName = "folder" };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document." };

    public static Command Create(Terminal terminal)
    {
        TrainCommand verb = new(terminal);
        Command command = new("train", "Search for the best model of a table under a budget, save it and score it.")
        {
            verb.data, verb.label, verb.task, verb.time, verb.trials, verb.metric, verb.test, verb.output, verb.ignore,
            verb.weight, verb.group, verb.seed, verb.threads, verb.memory, verb.tensorboard, verb.json,
        };
        command.SetAction(verb.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        // Everything that the user can have got wrong is looked at before the budget is spent.
        string model = parsed.GetValue(output)!, labelName = parsed.GetValue(label)!;
        string? metricName = parsed.GetValue(metric);
        if (metricName is not null) Metric.Find(metricName, parsed.GetValue(task));
        ModelOutput.Check("--out", model);
        int threadCount = parsed.GetValue(threads) ?? Environment.ProcessorCount;
        Table table = TableInput.Read(parsed.GetValue(data)!, threads: threadCount);
        TableProfile profile = TableProfile.Of(table, new RoleOptions
        {
            Label = labelName,
            Task = parsed.GetValue(task),
            Ignore = OptionParsing.Names(parsed.GetValue(ignore)!, table),
            Weight = parsed.GetValue(weight),
            Group = parsed.GetValue(group),
            Threads = threadCount,
        });
        MLTask wanted = profile.TrainingTask();
        Metric improved = metricName is null ? Metric.Default(wanted) : Metric.Find(metricName, wanted);
        List<string> warnings = [.. table.Warnings, .. profile.Warnings.Select(w => w.Message)];
        Table? testTable = parsed.GetValue(test) is { } testPath ? ReadTest(testPath, table, profile, warnings, threadCount) : null;
        TableInput.Warn(terminal, warnings);

        int? trialLimit = parsed.GetValue(trials);
        TimeSpan? budget = parsed.GetValue(time) ?? (trialLimit is null ? TimeSpan.FromSeconds(60) : null);
        StudyOptions options = new()
        {
            Data = table,
            Roles = profile.Roles,
            Task = wanted,
            Metric = improved.Key,
            Time = budget,
            Trials = trialLimit,
            Seed = parsed.GetValue(seed) ?? 1,
            Threads = threadCount,
            MemoryBytes = parsed.GetValue(memory),
            Started = terminal.Started,
            Clock = terminal.Clock,
            Reserve = budget is { } whole ? ReserveOf(whole, testTable) : null,
        };
        StudyResult result;
        using (TrainProgress progress = TrainProgress.Start(terminal, improved, budget, trialLimit))
        using (TensorBoardLog? log = parsed.GetValue(tensorboard) is { } folder ? new TensorBoardLog(folder, progress, terminal.Clock) : null)
        {
            result = await new Study(options).RunAsync((IProgress<TrialEvent>?)log ?? progress, cancel).ConfigureAwait(false);
            if (log?.Problem is { } problem) result = result with { Warnings = [.. result.Warnings, problem] };
        }
        // Reading and profiling have been told of already.
        string[] later = [.. result.Warnings.Except(warnings)];
        TableInput.Warn(terminal, later);
        result.Pipeline.Save(model);
        MetricReport? tested = testTable is null ? null : MetricReport.Of(result.Pipeline.Schema.TargetOf(testTable), result.Pipeline.Predict(testTable, threadCount, CancellationToken.None).Values, threshold: result.Pipeline.Schema.Threshold);
        TrainDocument document = Describe(result, labelName, budget, tested, model, [.. warnings, .. later]);
        if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(document, Documents.Readable.TrainDocument));
        else TrainReport.Write(terminal, result, document);
        return ExitCodes.Done;
    }

    /// <summary>Time kept for saving and for scoring the test rows: 2 %, at least half a second, and 50 ms per thousand rows, in all at most a tenth.</summary>
    private static TimeSpan ReserveOf(TimeSpan budget, Table? test)
    {
        double saving = Math.Max(0.5, 0.02 * budget.TotalSeconds), scoring = (test?.RowCount ?? 0) * 50e-6;
        return TimeSpan.FromSeconds(Math.Min(saving + scoring, Math.Max(0.1 * budget.TotalSeconds, Math.Min(0.5, 0.5 * budget.TotalSeconds))));
    }

    private static Table ReadTest(string path, Table table, TableProfile profile, List<string> warnings, int threads)
    {
        Dictionary<string, ColumnKind> kinds = table.Columns.Where(c => c.Kind != ColumnKind.Vector).ToDictionary(c => c.Name, c => c.Kind, StringComparer.Ordinal);
        Table test = TableInput.Read(path, kinds, threads);
        string[] missing = [.. profile.Roles.Features.Append(profile.Roles.Label!).Where(name => test.Find(name) is null)];
        if (missing.Length > 0)
            throw new TableException(missing[0], found: missing.Length == 1 ? "no such column" : $"neither it nor {string.Join(", ", missing.Skip(1).Take(10))}", expected: "the columns that are learned from", source: path);
        (Table labelled, int dropped) = TableInput.WithLabel(test, profile.Roles.Label!);
        if (labelled.RowCount == 0) throw new TableException(profile.Roles.Label, found: "no row with a label", expected: "labels to score the model by", source: path);
        // A label that training never saw would only be found once the budget is spent.
        if (profile.Task is MLTask.Binary or MLTask.Multiclass)
            Target.From(labelled[profile.Roles.Label!], profile.Task.Value, Target.ClassesOf(table[profile.Roles.Label!]));
        warnings.AddRange(test.Warnings);
        if (dropped > 0) warnings.Add($"{path}: {dropped} of {test.RowCount} rows have no label '{profile.Roles.Label}'; they are not scored.");
        return labelled;
    }

    private TrainDocument Describe(StudyResult result, string labelName, TimeSpan? budget, MetricReport? tested, string model, IReadOnlyList<string> warnings) => new()
    {
        Task = result.Task.ToString().ToLowerInvariant(),
        Label = labelName,
        Metric = result.Metric.Key,
        SecondsBudget = budget?.TotalSeconds,
        SecondsWall = Math.Round(terminal.Elapsed.TotalSeconds, 3),
        Trials = new TrialCounts(result.Leaderboard.Completed, result.Leaderboard.Failed, result.Leaderboard.Skipped, result.Leaderboard.Dropped),
        Best = new BestDocument(result.Best, Documents.Finite(result.Score)),
        Leaderboard = [.. result.Leaderboard.Rows.Select(r => new LeaderboardEntry(r.Trainer, Documents.Finite(r.Score), Math.Round(r.Seconds, 3)))],
        Validation = result.Metrics.ToDictionary(m => m.Key, m => Documents.Finite(m.Value)),
        Test = tested?.Values,
        Model = model,
        End = result.End.ToString().ToLowerInvariant(),
        Warnings = warnings,
    };
}
