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
        Task.Run(() => StudyMetrics.WatchAsync(options, progress, watched => new StudyRun(options, watched).RunAsync(cancel)), CancellationToken.None);

    /// <summary>Begins to search, as <see cref="RunAsync"/> does; what it returns yields each event as it happens and has the result at its end.</summary>
    /// <param name="cancel">Ends the search early, as in <see cref="RunAsync"/>.</param>
    public StudyStream StreamAsync(CancellationToken cancel = default) => new((progress, stop) => RunAsync(progress, stop), cancel);
}
