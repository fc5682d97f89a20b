using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Writes what happens in a study to an event file that TensorBoard shows: <c>tensorboard --logdir &lt;folder&gt;</c>.</summary>
/// <remarks>
/// Scalars over the trial's number: <c>trial/score</c>, <c>trial/loss</c>, <c>trial/seconds</c>, <c>best/score</c>, <c>best/loss</c>,
/// <c>trainer/&lt;key&gt;/score</c>, and the counts so far <c>trials/completed</c>, <c>trials/dropped</c>, <c>trials/failed</c> and
/// <c>trials/skipped</c>. Each event is on disk before the next comes. A disk that fails ends the log, not the study: see <see cref="Problem"/>.
/// </remarks>
public sealed class TensorBoardLog : IProgress<TrialEvent>, IDisposable
{
    private readonly Lock gate = new();
    private readonly TensorBoardFile file;
    private readonly TimeProvider clock;
    private readonly IProgress<TrialEvent>? next;
    private readonly Leaderboard board = new();
    private bool isClosed;

    /// <summary>Begins a new event file in <paramref name="folder"/>, which is made where it is not there.</summary>
    /// <param name="folder">TensorBoard's log folder, or one below it a run.</param>
    /// <param name="next">Each event is passed on to it; null for nobody.</param>
    /// <param name="clock">Time stamps; null for the system's.</param>
    /// <exception cref="StudyException">The folder can't be made or written to.</exception>
    public TensorBoardLog(string folder, IProgress<TrialEvent>? next = null, TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
        this.next = next;
        try
        {
            file = TensorBoardFile.In(folder, this.clock.GetUtcNow(), out string path);
            Path = path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StudyException($"The folder '{folder}' can't hold TensorBoard's event files: {error.Message} Name another folder.", error);
        }
    }

    /// <summary>The event file.</summary>
    public string Path { get; }

    /// <summary>Why nothing more is written; null while all is well.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public void Report(TrialEvent value)
    {
        lock (gate)
        {
            bool isBest = board.Observe(value);
            if (Problem is null && !isClosed && value.IsOutcome) Write(value, isBest);
        }
        next?.Report(value);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isClosed) return;
            isClosed = true;
            file.Dispose();
        }
    }

    private void Write(TrialEvent outcome, bool isBest)
    {
        List<(string Tag, double Value)> scalars = [];
        switch (outcome)
        {
            case TrialEvent.Completed done:
                scalars.AddRange([("trial/score", done.Score), ("trial/loss", done.Loss), ("trial/seconds", done.Seconds), ($"trainer/{done.Plan.Trainer}/score", done.Score)]);
                if (isBest) scalars.AddRange([("best/score", done.Score), ("best/loss", done.Loss)]);
                scalars.Add(("trials/completed", board.Completed));
                break;
            case TrialEvent.Dropped dropped:
                scalars.AddRange([("trial/seconds", dropped.Seconds), ("trials/dropped", board.Dropped)]);
                break;
            case TrialEvent.Failed:
                scalars.Add(("trials/failed", board.Failed));
                break;
            case TrialEvent.Skipped:
                scalars.Add(("trials/skipped", board.Skipped));
                break;
        }
        try
        {
            file.Write(TensorBoardFile.SecondsOf(clock.GetUtcNow()), outcome.Number, scalars);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Problem = $"TensorBoard's event file '{Path}' ends early: {error.Message}";
        }
    }
}
