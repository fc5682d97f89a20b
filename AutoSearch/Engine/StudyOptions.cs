using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>What a study searches on and how long. Immutable; checked as a whole by <see cref="Study(StudyOptions)"/>.</summary>
public sealed record StudyOptions
{
    /// <summary>The rows to learn from, label included. Rows without a label are left out, and counted in a warning.</summary>
    public required Table Data { get; init; }

    /// <summary>What each column is used for; one is the label.</summary>
    public required Roles Roles { get; init; }

    /// <summary>What is predicted; null to follow from the label.</summary>
    public MLTask? Task { get; init; }

    /// <summary>Key of the metric to improve; null for the task's usual one (auc, logloss, rmse).</summary>
    public string? Metric { get; init; }

    /// <summary>Wall time from <see cref="Started"/> to the result; null for no limit. With neither this nor <see cref="Trials"/>, 60 seconds.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>
    /// Most trials to run, at least 1; null for no limit. A study limited by trials alone gives the same result for the same seed and data,
    /// whatever the number of threads.
    /// </summary>
    public int? Trials { get; init; }

    /// <summary>Seed of everything random, at least 0. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads to use, at least 1. Default: all cores.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Most memory that this process and its workers should hold, in bytes; a trial that may need more is skipped, one that makes them hold more
    /// is ended. Null: three quarters of what the process may have.
    /// </summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Where fits run. Default: in worker processes where a trainer asks for it; where none can be started, in this process, and a warning says so.</summary>
    public Isolation Isolation { get; init; }

    /// <summary>How trials are scored. Default: by the size of the data.</summary>
    public Validation Validation { get; init; } = Validation.Auto;

    /// <summary>
    /// File of the journal (SQLite). A journal of the same study is taken up where it ended; null keeps none.
    /// </summary>
    public string? Journal { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>When the time budget began, for example when the process started; null: when the study runs.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Part of <see cref="Time"/> left for what the caller does with the result, such as saving it. Default: 2 % of it, at least a quarter of a second.</summary>
    public TimeSpan? Reserve { get; init; }

    /// <summary>
    /// Rows, at least 0, that the caller will score with the result within <see cref="Time"/>; beside <see cref="Reserve"/>, time is kept for them as
    /// trials show how long a row takes. Default 0.
    /// </summary>
    public int RowsToScore { get; init; }

    /// <summary>The trainers to choose from. Default: all of the catalog.</summary>
    public IReadOnlyList<TrainerEntry> Trainers { get; init; } = Catalog.Trainers;

    /// <summary>How better hyperparameters are looked for. Default: by what has paid off.</summary>
    public SearchStrategy Tuner { get; init; } = SearchStrategy.Auto;

    /// <summary>Whether the result is one model or may be several, averaged. Default: whichever validates better.</summary>
    public EnsembleSize Ensemble { get; init; } = EnsembleSize.Several;

    /// <summary>Most fitted models in the result, at least 1, those of folds counted one by one; null for as many as validate best.</summary>
    public int? MaxModels { get; init; }

    /// <summary>Most time that one core may take to score a row with the result, as measured while searching; above 0, null for no limit.</summary>
    public TimeSpan? MaxLatency { get; init; }

    /// <summary>
    /// Trials without a better one, at least 1, after which no further trials begin; null for no end by patience. Counts from the last best
    /// trial by number, and a few trials that are under way by then still count, so that the result is the same at any number of threads.
    /// </summary>
    public int? PatienceTrials { get; init; }

    /// <summary>Time without a better trial, above 0, after which no further trials begin; null for no end by patience.</summary>
    public TimeSpan? PatienceTime { get; init; }

    /// <summary>
    /// Configurations of an earlier search that are tried before all others, in this order; its data may have been other data. Those that do not
    /// serve the task are left out with a warning. See <see cref="WarmStart.Read"/>.
    /// </summary>
    public IReadOnlyList<MemberConfiguration> StartFrom { get; init; } = [];

    /// <summary>
    /// Most bytes that the journal may take, at least 64 KiB; null for as many as there are. A journal that is full, or can't be written any more
    /// for another reason, keeps what it has; the study goes on without it, and <see cref="StudyResult.Warnings"/> says so.
    /// </summary>
    public long? JournalBytes { get; init; }

    /// <summary>Texts by name that the journal shall hold besides, such as how the data was read; <see cref="AutoSearch.Journal.NotesOf"/> gives them back.</summary>
    public IReadOnlyDictionary<string, string> JournalNotes { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Told, from the threads that fit, how far those fits are that take all cores, such as that of a text encoder: minutes pass between the events
    /// of their trials. Null for nobody. Changes nothing about the result.
    /// </summary>
    public IProgress<TrialProgress>? FitProgress { get; init; }

    /// <summary>Sees predictions and models as well; null for nobody.</summary>
    internal IStudyWatcher? Watcher { get; init; }

    /// <summary>The classes in the order of ML.NET's keys, where the label came as keys; null for the usual order.</summary>
    internal IReadOnlyList<string>? LabelKeys { get; init; }

    /// <summary>Whether the trainer of this key takes all cores to fit, and with them most of the time.</summary>
    internal bool UsesAllCores(string trainer) => Trainers.Any(t => t.Card.UsesAllCores && t.Card.Key == trainer);

    /// <summary>Throws one error that names every problem.</summary>
    internal void Check()
    {
        List<string> problems = [];
        if (Time is { } time && time <= TimeSpan.Zero) problems.Add($"Time = {time} is not above 0.");
        if (Reserve is { } reserve && (reserve < TimeSpan.Zero || reserve >= Time)) problems.Add($"Reserve = {reserve} is not between 0 and Time.");
        if (RowsToScore < 0) problems.Add($"RowsToScore = {RowsToScore} is below 0.");
        if (Trials is < 1) problems.Add($"Trials = {Trials} is below 1.");
        if (Seed < 0) problems.Add($"Seed = {Seed} is below 0.");
        if (Threads < 1) problems.Add($"Threads = {Threads} is below 1.");
        if (MemoryBytes is <= 0) problems.Add($"MemoryBytes = {MemoryBytes} is not above 0.");
        if (JournalBytes is < 64 << 10) problems.Add($"JournalBytes = {JournalBytes} is below 65536.");
        if (MaxModels is < 1) problems.Add($"MaxModels = {MaxModels} is below 1.");
        if (MaxLatency is { } latency && latency <= TimeSpan.Zero) problems.Add($"MaxLatency = {latency} is not above 0.");
        if (PatienceTrials is < 1) problems.Add($"PatienceTrials = {PatienceTrials} is below 1.");
        if (PatienceTime is { } patience && patience <= TimeSpan.Zero) problems.Add($"PatienceTime = {patience} is not above 0.");
        if (!Enum.IsDefined(Isolation)) problems.Add($"Isolation = {Isolation} is no choice.");
        if (!Enum.IsDefined(Tuner)) problems.Add($"Tuner = {Tuner} is no choice.");
        if (!Enum.IsDefined(Ensemble)) problems.Add($"Ensemble = {Ensemble} is no choice.");
        if (Trainers.Count == 0) problems.Add("Trainers is empty: there is nothing to choose from.");
        if (Task is { } task && !Enum.IsDefined(task)) problems.Add($"Task = {task} is no task.");
        problems.AddRange(Validation.Problems());
        if (problems.Count > 0) throw new OptionsException(nameof(StudyOptions), problems);
    }
}
