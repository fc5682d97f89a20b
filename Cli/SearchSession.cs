using System.Text.Json;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary>One search from the command line: runs the study with its progress shown, saves what it found, scores it and reports.</summary>
/// <param name="Terminal">Where it writes.</param>
/// <param name="Request">What is searched for.</param>
/// <param name="Journal">The journal's file; null for none.</param>
/// <param name="TensorBoard">Folder for TensorBoard's event files; null for none.</param>
/// <param name="Json">Whether one JSON document is printed instead of a report.</param>
internal sealed record SearchSession(Terminal Terminal, SearchRequest Request, string? Journal, string? TensorBoard, bool Json)
{
    private int Threads => Request.Threads ?? Environment.ProcessorCount;

    /// <summary>Searches.</summary>
    /// <param name="table">The rows, label included.</param>
    /// <param name="test">Rows with labels to score the result on; null for none.</param>
    /// <param name="warnings">What was told to the user before.</param>
    /// <param name="cancel">Ends the search; the best so far is saved.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Table table, Table? test, IReadOnlyList<string> warnings, CancellationToken cancel)
    {
        // A journal that was named for a new search and one to resume may both hold trials.
        IReadOnlyList<TrialEvent> earlier = Journal is not null && File.Exists(Journal) ? AutoSearch.Journal.TrialsOf(Journal) : [];
        StudyResult result;
        using (TrainProgress progress = TrainProgress.Start(Terminal, new TrainPicture(Metric.Find(Request.Metric, Request.Task), Request.Time, Request.Trials), earlier))
        using (TensorBoardLog? log = TensorBoard is { } folder ? new TensorBoardLog(folder, progress, Terminal.Clock) : null)
        {
            result = await new Study(Options(table, test, progress)).RunAsync((IProgress<TrialEvent>?)log ?? progress, cancel).ConfigureAwait(false);
            if (log?.Problem is { } problem) result = result with { Warnings = [.. result.Warnings, problem] };
        }
        // Reading and profiling have been told of already.
        List<string> later = [.. result.Warnings.Except(warnings)];
        (string model, string? misplaced) = ModelOutput.Save(result.Pipeline, Request.Out, Journal);
        if (misplaced is not null) later.Add(misplaced);
        TableInput.Warn(Terminal, later);
        MetricReport? tested = test is null ? null : MetricReport.Of(result.Pipeline.Schema.TargetOf(test), result.Pipeline.Predict(test, Threads, CancellationToken.None).Values, threshold: result.Pipeline.Schema.Threshold);
        TrainDocument document = Describe(result, tested, model, [.. warnings, .. later]);
        if (Json) Terminal.Out.WriteLine(JsonSerializer.Serialize(document, Documents.Readable.TrainDocument));
        else TrainReport.Write(Terminal, result, document);
        return misplaced is null ? ExitCodes.Done : ExitCodes.WrongInput;
    }

    private StudyOptions Options(Table table, Table? test, IProgress<TrialProgress> fits) => new()
    {
        Data = table,
        Roles = new Roles { ByColumn = Request.Roles },
        Task = Request.Task,
        Metric = Request.Metric,
        Time = Request.Time,
        Trials = Request.Trials,
        Seed = Request.Seed,
        Threads = Threads,
        MemoryBytes = Request.MemoryBytes,
        Isolation = Request.Isolation,
        Ensemble = Request.IsSingle ? EnsembleSize.Single : EnsembleSize.Several,
        MaxModels = Request.MaxModels,
        MaxLatency = Request.MaxLatency,
        PatienceTrials = Request.PatienceTrials,
        PatienceTime = Request.PatienceTime,
        StartFrom = Request.StartFrom,
        Trainers = [.. Catalog.Trainers.Where(t => Request.Trainers.Contains(t.Card.Key))],
        Journal = Journal,
        JournalNotes = new Dictionary<string, string> { [SearchRequest.Note] = JsonSerializer.Serialize(Request with { Out = Path.GetFullPath(Request.Out) }, RequestJson.Default.SearchRequest) },
        Started = Terminal.Started,
        Clock = Terminal.Clock,
        Reserve = Request.Time is { } whole ? ReserveOf(whole) : null,
        RowsToScore = test?.RowCount ?? 0,
        FitProgress = fits,
    };

    /// <summary>Time kept for saving: 2 %, at least half a second where that is at most half of all.</summary>
    private static TimeSpan ReserveOf(TimeSpan budget) => TimeSpan.FromSeconds(Math.Max(0.02 * budget.TotalSeconds, Math.Min(0.5, 0.5 * budget.TotalSeconds)));

    private TrainDocument Describe(StudyResult result, MetricReport? tested, string model, IReadOnlyList<string> warnings) => new()
    {
        Task = result.Task.ToString().ToLowerInvariant(),
        Label = result.Pipeline.Schema.Label,
        Metric = result.Metric.Key,
        Encoder = Request.Encoder,
        SecondsBudget = Request.Time?.TotalSeconds,
        SecondsWall = Math.Round(Terminal.Elapsed.TotalSeconds, 3),
        Trials = new TrialCounts(result.Leaderboard.Completed, result.Leaderboard.Failed, result.Leaderboard.Skipped, result.Leaderboard.Dropped),
        Best = new BestDocument(result.Best, Documents.Finite(result.Score)),
        Leaderboard = [.. result.Leaderboard.Rows.Select(r => new LeaderboardEntry(r.Trainer, Documents.Finite(r.Score), Math.Round(r.Seconds, 3)))],
        Validation = result.Metrics.ToDictionary(m => m.Key, m => Documents.Finite(m.Value)),
        Test = tested?.Values,
        Model = model,
        Journal = Journal,
        End = result.End.ToString().ToLowerInvariant(),
        Warnings = warnings,
    };
}
