using System.Threading.Channels;
using MLPipes.AutoSearch;

namespace MLPipes;

/// <summary>A study under way: its events as they happen, and its result.</summary>
/// <remarks>
/// Events wait for their reader, so that one that comes late misses none. Leaving the loop early ends the search; <see cref="Result"/> is
/// then the best until there. A study that fails ends the loop with its error.
/// </remarks>
/// <example><code>
/// StudyStream stream = study.StreamAsync();
/// await foreach (TrialEvent happened in stream) Show(happened);
/// StudyResult result = await stream.Result;
/// </code></example>
public sealed class StudyStream : IAsyncEnumerable<TrialEvent>
{
    private readonly Channel<TrialEvent> events = Channel.CreateUnbounded<TrialEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource stop;
    private int readers;

    internal StudyStream(Func<IProgress<TrialEvent>, CancellationToken, Task<StudyResult>> run, CancellationToken cancel)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Result = run(new Writing(events.Writer), stop.Token);
        _ = Result.ContinueWith(_ => events.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>What the study found, once it has ended; may be awaited whether or not the events are read.</summary>
    public Task<StudyResult> Result { get; }

    /// <summary>Reads the events; once.</summary>
    /// <param name="cancellationToken">Ends the search early, as leaving the loop does; what happened until then is still read.</param>
    /// <exception cref="InvalidOperationException">The events are being read already, or were.</exception>
    public IAsyncEnumerator<TrialEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Interlocked.Increment(ref readers) == 1 ? ReadAsync(cancellationToken) : throw new InvalidOperationException("The events of a study can be read once.");

    private async IAsyncEnumerator<TrialEvent> ReadAsync(CancellationToken cancel)
    {
        using CancellationTokenRegistration ending = cancel.Register(stop.Cancel);
        try
        {
            await foreach (TrialEvent happened in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) yield return happened;
            await Result.ConfigureAwait(false);
        }
        finally
        {
            // Reached as well when the caller leaves its loop: then nobody waits for further events.
            if (!Result.IsCompleted) await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private sealed class Writing(ChannelWriter<TrialEvent> writer) : IProgress<TrialEvent>
    {
        public void Report(TrialEvent value) => writer.TryWrite(value);
    }
}
