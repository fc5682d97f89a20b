using System.CommandLine;

namespace MLPipes.Cli;

/// <summary><c>mlpipes train</c>: searches for the best pipeline under a budget, saves it and scores it on test data.</summary>
internal sealed class TrainCommand(Terminal terminal)
{
    /// <summary>What is said where --label is missing.</summary>
    public const string LabelMissing = "Option '--label' is required.";

    private readonly Argument<string> data = new("data") { Description = "Table to learn from: delimited text or JSON lines, gzip-compressed or not, or Parquet." };
    private readonly Option<string?> label = new("--label") { Description = "Column to predict.", HelpName = "column" };
    private readonly Option<AskedTask?> task = new("--task") { Description = "What is predicted: auto (default), binary, multiclass, regression, text-classification, similarity (of two texts), or ner (named entities in CoNLL files or JSON lines).", CustomParser = OptionParsing.Task, HelpName = "task" };
    private readonly Option<string?> encoder = EncoderOption.Create();
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
    private readonly Option<Isolation?> isolation = OptionParsing.IsolationOption("Fits in processes of their own: auto (default) where a trainer can't be interrupted, native also where it runs native code, always, or inprocess for none.");
    private readonly Option<string?> tensorboard = new("--tensorboard") { Description = "Folder for event files that TensorBoard shows while the search runs.", HelpName = "folder" };
    private readonly Option<string?> journal = new("--journal") { Description = "File that every trial is written to, and from which resume goes on; default the model's name with .journal.", HelpName = "file" };
    private readonly Option<bool> noJournal = new("--no-journal") { Description = "Write no journal." };
    private readonly Option<string?> startFrom = new("--start-from") { Description = "Model or journal of an earlier search, whose best configurations are tried first.", HelpName = "file" };
    private readonly Option<string[]> trainers = new("--trainers") { Description = "Trainers to choose from, by key, separated by commas; default all that serve.", HelpName = "keys", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> without = new("--without") { Description = "Trainers not to use, by key, separated by commas.", HelpName = "keys", DefaultValueFactory = _ => [] };
    private readonly Option<bool> single = new("--single") { Description = "Make the result of one trial, not of an ensemble." };
    private readonly Option<int?> maxModels = new("--max-models") { Description = "Most fitted models in the result.", CustomParser = OptionParsing.Count(1), HelpName = "N" };
    private readonly Option<TimeSpan?> maxLatency = new("--max-latency") { Description = "Most milliseconds that one core may take to score a row.", CustomParser = OptionParsing.Milliseconds, HelpName = "ms" };
    private readonly Option<PatienceLimit?> patience = new("--patience") { Description = "End after so many trials (20), or so long (30s), without anything better.", CustomParser = OptionParsing.Patience, HelpName = "N|duration" };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document." };

    public static Command Create(Terminal terminal)
    {
        TrainCommand verb = new(terminal);
        Command command = new("train", "Search for the best model of a table under a budget, save it and score it.")
        {
            verb.data, verb.label, verb.task, verb.encoder, verb.time, verb.trials, verb.metric, verb.test, verb.output, verb.ignore,
            verb.weight, verb.group, verb.seed, verb.threads, verb.memory, verb.isolation, verb.trainers, verb.without,
            verb.single, verb.maxModels, verb.maxLatency, verb.patience, verb.startFrom, verb.journal, verb.noJournal, verb.tensorboard, verb.json,
        };
        // Named entities have no label column.
        command.Validators.Add(result =>
        {
            if (result.GetResult(verb.label) is null && !EntityTraining.IsAskedFor(result, verb.task)) result.AddError(LabelMissing);
        });
        command.SetAction(verb.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (EntityTraining.IsAskedFor(parsed.CommandResult, task)) return RunEntities(parsed, cancel);
        AskedTask asked = parsed.GetValue(task) ?? AskedTask.All[0];
        // Everything that the user can have got wrong is looked at before the budget is spent.
        string model = parsed.GetValue(output)!;
        string? metricName = parsed.GetValue(metric), journalPath = JournalOf(parsed, model), startPath = parsed.GetValue(startFrom);
        if (metricName is not null) Metric.Find(metricName, asked.Task);
        ModelOutput.Check("--out", model);
        IReadOnlyList<string> keys = TrainerChoice.Of(parsed.GetValue(trainers)!, parsed.GetValue(without)!);
        IReadOnlyList<MemberConfiguration> earlier = startPath is null ? [] : WarmStart.Read(startPath);
        int threadCount = parsed.GetValue(threads) ?? Environment.ProcessorCount;
        string dataPath = parsed.GetValue(data)!;
        Table table = TableInput.Read(dataPath, threads: threadCount);
        TableProfile profile = TableProfile.Of(table, asked.Apply(new RoleOptions
        {
            Label = parsed.GetValue(label)!,
            Ignore = OptionParsing.Names(parsed.GetValue(ignore)!, table),
            Weight = parsed.GetValue(weight),
            Group = parsed.GetValue(group),
            Threads = threadCount,
        }, table));
        MLTask wanted = profile.TrainingTask();
        string? testPath = parsed.GetValue(test);
        List<string> warnings = [.. table.Warnings, .. profile.Warnings.Select(w => w.Message)];
        Table? testTable = testPath is null ? null : TestTable.Read(testPath, table, profile.Roles, wanted, warnings, threadCount);

        string? encoderFolder = EncoderOption.Choose(parsed.GetValue(encoder), profile.Roles.ByColumn.Values, terminal, warnings);
        int? trialLimit = parsed.GetValue(trials);
        PatienceLimit? patient = parsed.GetValue(patience);
        SearchRequest request = new()
        {
            Data = Path.GetFullPath(dataPath),
            Kinds = TestTable.KindsOf(table),
            Roles = profile.Roles.ByColumn,
            Task = wanted,
            Encoder = encoderFolder,
            Metric = (metricName is null ? Metric.Default(wanted) : Metric.Find(metricName, wanted)).Key,
            Test = testPath is null ? null : Path.GetFullPath(testPath),
            Out = model,
            Time = parsed.GetValue(time) ?? (trialLimit is null ? TimeSpan.FromSeconds(60) : null),
            Trials = trialLimit,
            Seed = parsed.GetValue(seed) ?? 1,
            Threads = parsed.GetValue(threads),
            MemoryBytes = parsed.GetValue(memory),
            Isolation = parsed.GetValue(isolation) ?? Isolation.Auto,
            IsSingle = parsed.GetValue(single),
            MaxModels = parsed.GetValue(maxModels),
            MaxLatency = parsed.GetValue(maxLatency),
            PatienceTrials = patient?.Trials,
            PatienceTime = patient?.Time,
            Trainers = keys,
            StartFrom = earlier,
        };
        if (journalPath is not null && parsed.GetValue(journal) is null) journalPath = JournalFile.MakeRoom(journalPath, warnings);
        TableInput.Warn(terminal, warnings);
        return await new SearchSession(terminal, request, journalPath, parsed.GetValue(tensorboard), parsed.GetValue(json)).RunAsync(table, testTable, warnings, cancel).ConfigureAwait(false);
    }

    private int RunEntities(ParseResult parsed, CancellationToken cancel)
    {
        EntityTraining.RefuseForeign(parsed.CommandResult);
        return new EntityTraining(terminal, parsed.GetValue(data)!, parsed.GetValue(label), parsed.GetValue(output)!)
        {
            Test = parsed.GetValue(test),
            Time = parsed.GetValue(time) ?? TimeSpan.FromSeconds(60),
            Encoder = parsed.GetValue(encoder),
            Seed = parsed.GetValue(seed) ?? 1,
            Threads = parsed.GetValue(threads) ?? Environment.ProcessorCount,
            Json = parsed.GetValue(json),
        }.Run(cancel);
    }

    private string? JournalOf(ParseResult parsed, string model)
    {
        string? named = parsed.GetValue(journal);
        if (!parsed.GetValue(noJournal))
        {
            if (named is not null) ModelOutput.Check("--journal", named);
            return named ?? JournalFile.Beside(model);
        }
        return named is null ? null : throw new OptionsException("--no-journal", ["--journal names one; give only one of the two."]);
    }
}
