using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MLPipes.AutoSearch;

namespace MLPipes;

/// <summary>Searches for the best pipeline for a table under a budget of time or trials.</summary>
/// <example><code>
/// StudyResult result = await new Study(new() { Data = table, Roles = roles, Time = TimeSpan.FromSeconds(60) }).RunAsync();
/// result.Pipeline.Save("model.zip");
/// </code></example>
public sealed class Study
{
    private readonly StudyOptions options;

    /// <summary>A study that has not run yet; the options are checked here, the data when it runs.</summary>
    /// <exception cref="OptionsException">Options are illegal; all problems are named.</exception>
    public Study(StudyOptions options)
    {
        options.Check();
        this.options = options;
    }

    /// <summary>Searches on other threads than the caller's and returns the best found.</summary>
    /// <param name="progress">Told of each event; null for silence.</param>
    /// <param name="cancel">Ends the search early: the best so far is returned; where there is none yet, <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="StudyException">Nothing can be learned from the data, or no trial succeeded.</exception>
    /// <exception cref="TableException">A column is not what its role asks for.</exception>
    public Task<StudyResult> RunAsync(IProgress<TrialEvent>? progress = null, CancellationToken cancel = default) =>
        Task.Run(() => new StudyRun(options, progress).RunAsync(cancel), CancellationToken.None);

    /// <summary>Searches and yields each event as it happens.</summary>
    /// <param name="onResult">Told the result once the last event was yielded.</param>
    /// <param name="cancel">Ends the search early, as in <see cref="RunAsync"/>.</param>
    public async IAsyncEnumerable<TrialEvent> WatchAsync(Action<StudyResult> onResult, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        Channel<TrialEvent> events = Channel.CreateUnbounded<TrialEvent>(new UnboundedChannelOptions { SingleReader = true });
        using CancellationTokenSource abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<StudyResult> run = RunAsync(new ToChannel(events.Writer), abandoned.Token);
        _ = run.ContinueWith(_ => events.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (TrialEvent happened in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) yield return happened;
            onResult(await run.ConfigureAwait(false));
        }
        finally
        {
            // Reached as well when the caller leaves its loop: then nobody waits for the search any more.
            if (!run.IsCompleted) await abandoned.CancelAsync().ConfigureAwait(false);
        }
    }

    private sealed class ToChannel(ChannelWriter<TrialEvent> writer) : IProgress<TrialEvent>
    {
        public void Report(TrialEvent value) => writer.TryWrite(value);
    }
}
