using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary><c>mlpipes train --task ner</c>: searches for the best entity tagger under a budget, saves it and scores it on test documents.</summary>
/// <param name="Terminal">Where it writes.</param>
/// <param name="Data">CoNLL file or JSON lines.</param>
/// <param name="Label">Name of the field with tags or entities in JSON lines; null for the usual ones.</param>
/// <param name="Out">Where the model goes.</param>
internal sealed record EntityTraining(Terminal Terminal, string Data, string? Label, string Out)
{
    /// <summary>The task's name on the command line.</summary>
    public const string TaskName = "ner";

    /// <summary>Options that have no meaning for entities, and why.</summary>
    private static readonly (string Option, string Why)[] foreign =
    [
        ("--journal", "a search for entity models keeps no journal and can't be resumed yet"),
        ("--start-from", "a search for entity models can't start from an earlier one yet"),
        ("--tensorboard", "a search for entity models writes no TensorBoard files"),
        ("--trials", "give --time; there are few candidates"),
        ("--patience", "give --time; there are few candidates"),
        ("--metric", "entity models are judged by F1 over entities"),
        ("--ignore", "documents have no columns"),
        ("--weight", "documents have no columns"),
        ("--group", "documents have no columns"),
        ("--isolation", "entity models are fitted in this process"),
        ("--memory", "entity models do not limit their memory"),
        ("--trainers", "the candidates follow from the data, the time and --encoder"),
        ("--without", "the candidates follow from the data, the time and --encoder"),
        ("--max-models", "the result is one model"),
        ("--max-latency", "the result is the best model, whatever its speed"),
    ];

    /// <summary>Documents to score the result on; null for none.</summary>
    public string? Test { get; init; }

    /// <summary>Time for everything.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Folder or name of an encoder; null for the one that MLPIPES_ENCODER names, or none.</summary>
    public string? Encoder { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads to use.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether one JSON document is printed instead of a report.</summary>
    public bool Json { get; init; }

    /// <summary>Whether the command line asks for this task.</summary>
    public static bool IsAskedFor(CommandResult result, Option task) =>
        result.GetResult(task) is { Tokens: [{ Value: var text }, ..] } && text.Equals(TaskName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses options that were given and have no meaning here, all at once.</summary>
    /// <exception cref="OptionsException">There are some.</exception>
    public static void RefuseForeign(CommandResult result)
    {
        string[] problems = [.. result.Children.OfType<OptionResult>().Where(o => !o.Implicit)
            .SelectMany(o => foreign.Where(f => f.Option == o.Option.Name).Select(f => $"{f.Option} does not go with --task {TaskName}: {f.Why}."))];
        if (problems.Length > 0) throw new OptionsException($"--task {TaskName}", problems);
    }

    /// <summary>Searches.</summary>
    /// <param name="cancel">Ends the search; the best so far is saved.</param>
    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancel)
    {
        ModelOutput.Check("--out", Out);
        EntityDocuments train = EntityDocuments.Read(Data, Label);
        EntityDocuments? test = Test is null ? null : EntityDocuments.Read(Test, Label);
        List<string> warnings = [.. train.Warnings, .. test?.Warnings ?? []];
        if (test is not null && test.Labels.Except(train.Labels).ToArray() is { Length: > 0 } unseen)
            warnings.Add($"{Test}: the labels {string.Join(", ", unseen)} are not in {Data}; their entities count as missed.");
        TableInput.Warn(Terminal, warnings);
        EntityProgress progress = new(Terminal);
        EntitySearchOptions options = new()
        {
            Data = train,
            Time = Time,
            Started = Terminal.Started,
            Clock = Terminal.Clock,
            Seed = Seed,
            Threads = Threads,
            WordsAfter = test?.Sum(d => (long)d.WordCount) ?? 0,
            Trials = progress,
            Progress = progress,
        };
        // Found before the budget is spent on other candidates.
        if ((Encoder ?? options.Encoder) is { Length: > 0 } wanted) options = options with { Encoder = EncoderOption.Find(wanted, Terminal) };
        if (string.IsNullOrEmpty(options.Encoder)) TableInput.Warn(Terminal, ["no encoder is named (--encoder, MLPIPES_ENCODER): light models are trained from scratch."]);
        EntitySearchResult result = EntitySearch.Run(options, cancel);
        using EntityTagger tagger = result.Tagger;
        (string model, string? misplaced) = ModelOutput.Save(tagger.Save, Out, journal: null);
        if (misplaced is not null)
        {
            warnings.Add(misplaced);
            TableInput.Warn(Terminal, [misplaced]);
        }
        EntityMetrics? tested = test is null ? null : tagger.Evaluate(test, Threads, CancellationToken.None);
        EntityTrainDocument document = Describe(result, tested, model, warnings);
        if (Json) Terminal.Out.WriteLine(JsonSerializer.Serialize(document, EntityOutput.Readable.EntityTrainDocument));
        else EntityReport.Write(Terminal, document);
        return misplaced is null ? ExitCodes.Done : ExitCodes.WrongInput;
    }

    private EntityTrainDocument Describe(EntitySearchResult result, EntityMetrics? tested, string model, IReadOnlyList<string> warnings) => new()
    {
        Task = TaskName,
        Metric = "f1",
        SecondsBudget = Time.TotalSeconds,
        SecondsWall = Math.Round(Terminal.Elapsed.TotalSeconds, 3),
        Trials = new TrialCounts(result.Trials.Count(t => t.Problem is null), result.Trials.Count(t => t.Problem is not null && !t.IsSkipped), result.Trials.Count(t => t.IsSkipped), 0),
        Best = new BestDocument(result.Best.Trainer, result.Best.F1),
        IsRefitted = result.IsRefitted,
        Leaderboard = [.. result.Trials.Where(t => t.Problem is null).OrderByDescending(t => t.F1).Select(t => new LeaderboardEntry(t.Trainer, t.F1, Math.Round(t.Seconds, 3)))],
        Validation = result.Validation is { } held ? EntityOutput.Metrics(held) : new Dictionary<string, double?>(),
        Test = tested is null ? null : EntityOutput.Metrics(tested),
        Entities = tested is null ? null : EntityOutput.Types(tested),
        Model = model,
        Journal = null,
        End = result.IsCancelled ? "cancelled" : "completed",
        Warnings = [.. warnings, .. result.Trials.Where(t => t.Problem is not null).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Trainer}: {t.Problem}"))],
    };
}
