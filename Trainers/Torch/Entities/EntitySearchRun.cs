using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>One search.</summary>
internal sealed class EntitySearchRun(EntitySearchOptions options, CancellationToken cancel)
{
    // Until a model's own speed is known; a small encoder on two cores tags some thousands of words a second.
    private const double EncoderWordsPerSecond = 1500, LightWordsPerSecond = 10_000;
    private static readonly TimeSpan saving = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset started = options.Started ?? options.Clock.GetUtcNow();
    private readonly List<EntityTrial> trials = [];
    private EntityTagger? best;
    private EntityTrial? bestTrial;
    private EntityCandidate? bestCandidate;

    private TimeSpan? Left => options.Time is { } time ? time - (options.Clock.GetUtcNow() - started) : null;

    public EntitySearchResult Run()
    {
        IReadOnlyList<EntityCandidate> candidates = EntityCandidate.Of(options);
        (EntityDocuments train, EntityDocuments? validation) = HeldOut.Split(options.Data, options.Seed);
        // Without documents to judge by, the first candidate is as good as any.
        if (validation is null) candidates = [.. candidates.Take(1)];
        for (int i = 0; i < candidates.Count && !cancel.IsCancellationRequested; i++) Try(candidates[i], train, validation, candidates.Count - i - 1);
        if (best is null)
        {
            cancel.ThrowIfCancellationRequested();
            throw new StudyException($"No model could be fitted: {string.Join("; ", trials.Select(t => $"{t.Trainer}: {t.Problem}"))}");
        }
        EntityMetrics? score = validation is null ? null : best.Manifest.Metrics.Count == 0 ? null : best.Evaluate(validation, options.Threads, CancellationToken.None);
        bool isRefitted = validation is not null && !cancel.IsCancellationRequested && Refit();
        return new EntitySearchResult(best, bestTrial!, score, trials, isRefitted, cancel.IsCancellationRequested);
    }

    private void Try(EntityCandidate candidate, EntityDocuments train, EntityDocuments? validation, int after)
    {
        if (DeadlineOf(candidate, after) is { } deadline && (deadline - options.Clock.GetUtcNow()).TotalSeconds < candidate.LeastSeconds && trials.Count > 0)
        {
            Tell(new EntityTrial(candidate.Key, null, 0, string.Create(CultureInfo.InvariantCulture, $"it needs at least {candidate.LeastSeconds:0} s, which are not left"), IsSkipped: true));
            return;
        }
        DateTimeOffset begin = options.Clock.GetUtcNow();
        try
        {
            EntityTagger tagger = candidate.Create().Fit(train, validation, ContextOf(candidate, after));
            double seconds = (options.Clock.GetUtcNow() - begin).TotalSeconds;
            EntityTrial trial = new(candidate.Key, validation is null ? null : tagger.Manifest.Metrics["f1"], seconds);
            if (best is null || trial.F1 > bestTrial!.F1)
            {
                best?.Dispose();
                (best, bestTrial, bestCandidate) = (tagger, trial, candidate);
            }
            else tagger.Dispose();
            Tell(trial);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Tell(new EntityTrial(candidate.Key, null, (options.Clock.GetUtcNow() - begin).TotalSeconds, "it was ended"));
        }
        catch (MLPipesException problem) when (candidate.MayFail)
        {
            Tell(new EntityTrial(candidate.Key, null, (options.Clock.GetUtcNow() - begin).TotalSeconds, problem.Message));
        }
    }

    /// <summary>The best once more on all documents, where the time is left for it.</summary>
    private bool Refit()
    {
        double needed = (1.2 * bestTrial!.Seconds) + 1;
        if (!bestCandidate!.IsCheap || (Left is { } left && (left - ReserveOf(bestCandidate)).TotalSeconds < needed)) return false;
        try
        {
            EntityTagger again = bestCandidate.Create().Fit(options.Data, null, ContextOf(bestCandidate, 0));
            EntityTagger judged = new(again.Model, again.Manifest with { Metrics = best!.Manifest.Metrics });
            best.Dispose();
            best = judged;
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private FitContext ContextOf(EntityCandidate candidate, int after) => new()
    {
        Seed = options.Seed,
        Threads = options.Threads,
        Time = options.Clock,
        Deadline = DeadlineOf(candidate, after),
        Cancel = cancel,
        Progress = options.Progress,
    };

    /// <summary>When a candidate must have its model: the light ones leave the larger part of the time to those after them.</summary>
    private DateTimeOffset? DeadlineOf(EntityCandidate candidate, int after)
    {
        if (Left is not { } left) return null;
        double seconds = (left - ReserveOf(candidate)).TotalSeconds;
        return options.Clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Max(0.2, after > 0 ? 0.3 * seconds : seconds));
    }

    /// <summary>Time for what comes after the fit: tagging the held-out documents twice (in the fit's last validation, and for the score), the words that the caller will tag, saving.</summary>
    private TimeSpan ReserveOf(EntityCandidate candidate)
    {
        double speed = candidate.IsCheap ? LightWordsPerSecond * options.Threads : EncoderWordsPerSecond;
        int held = Math.Min(1000, options.Data.Count / 10);
        double words = options.WordsAfter + (2.0 * held * options.Data.Take(Enumerable.Range(0, Math.Min(500, options.Data.Count))).Average(d => d.WordCount));
        return saving + TimeSpan.FromSeconds(words / speed);
    }

    private void Tell(EntityTrial trial)
    {
        trials.Add(trial);
        options.Trials?.Report(trial);
    }
}
