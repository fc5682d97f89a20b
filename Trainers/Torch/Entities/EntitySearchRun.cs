using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>One search.</summary>
internal sealed class EntitySearchRun(EntitySearchOptions options, CancellationToken cancel)
{
    // Until a model's own speed is known; a small encoder on two cores tags some thousands of words a second.
    private const double EncoderWordsPerSecond = 1500, LightWordsPerSecond = 10_000;
    // Time that a light candidate leaves to those after it.
    private const double LightShare = 0.3;
    private static readonly TimeSpan saving = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset started = options.Started ?? options.Clock.GetUtcNow();
    private readonly List<EntityTrial> trials = [];
    private readonly List<Fitted> fitted = [];
    private readonly TagSet tags = TagSet.Of(options.Data.Labels, TagScheme.Bioes);

    private TimeSpan? Left => options.Time is { } time ? time - (options.Clock.GetUtcNow() - started) : null;

    public EntitySearchResult Run()
    {
        try
        {
            return Search();
        }
        finally
        {
            foreach (Fitted rest in fitted) rest.Tagger.Dispose();
        }
    }

    private EntitySearchResult Search()
    {
        IReadOnlyList<EntityCandidate> candidates = EntityCandidate.Of(options);
        (EntityDocuments train, EntityDocuments? validation) = HeldOut.Split(options.Data, options.Seed);
        // Without documents to judge by, the first candidate is as good as any.
        if (validation is null) candidates = [.. candidates.Take(1)];
        for (int i = 0; i < candidates.Count && !cancel.IsCancellationRequested; i++) Try(candidates[i], train, validation, candidates.Count - i - 1);
        if (fitted.Count == 0)
        {
            cancel.ThrowIfCancellationRequested();
            throw new StudyException($"No model could be fitted: {string.Join("; ", trials.Select(t => $"{t.Trainer}: {t.Problem}"))}");
        }
        Fitted best = fitted.MaxBy(f => f.Trial.F1 ?? 0)!;
        bool isRefitted = false;
        if (validation is not null && !cancel.IsCancellationRequested)
        {
            if (Mix(validation) is { } mixed && mixed.Trial.F1 > best.Trial.F1) best = mixed;
            else (best, isRefitted) = Refit(best);
        }
        fitted.RemoveAll(f => ReferenceEquals(f, best));
        return new EntitySearchResult(best.Tagger, best.Trial, best.Validation, trials, isRefitted, cancel.IsCancellationRequested);
    }

    private void Try(EntityCandidate candidate, EntityDocuments train, EntityDocuments? validation, int after)
    {
        DateTimeOffset begin = options.Clock.GetUtcNow();
        if (fitted.Count > 0 && DeadlineOf(candidate, after) is { } deadline && (deadline - begin).TotalSeconds < candidate.LeastSeconds)
        {
            Tell(new EntityTrial(candidate.Key, null, 0, string.Create(CultureInfo.InvariantCulture, $"it needs at least {candidate.LeastSeconds:0} s, which are not left"), IsSkipped: true));
            return;
        }
        try
        {
            EntityTagger tagger = candidate.Create().Fit(train, null, ContextOf(candidate, after), validation, tags);
            EntityMetrics? score = validation is null ? null : tagger.Evaluate(validation, options.Threads, cancel);
            EntityTrial trial = new(candidate.Key, score?.F1, (options.Clock.GetUtcNow() - begin).TotalSeconds);
            fitted.Add(new Fitted(candidate, score is null ? tagger : tagger.With(score), trial, score));
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

    /// <summary>The two best as one model; null where there are no two, or no time to judge them.</summary>
    private Fitted? Mix(EntityDocuments validation)
    {
        if (fitted.Count < 2) return null;
        Fitted[] two = [.. fitted.OrderByDescending(f => f.Trial.F1).Take(2)];
        DateTimeOffset begin = options.Clock.GetUtcNow();
        if (Left is { } left && left < saving + AfterSearch(two.Any(f => !f.Candidate.IsCheap)) + Judging(two.Any(f => !f.Candidate.IsCheap))) return null;
        try
        {
            (double share, double f1) = EntityMixing.Best(two[0].Tagger.Model, two[1].Tagger.Model, validation, options.Threads, cancel);
            string name = $"{two[0].Candidate.Key} + {two[1].Candidate.Key}";
            EntityTrial trial = new(name, f1, (options.Clock.GetUtcNow() - begin).TotalSeconds);
            Tell(trial);
            if (!(f1 > two[0].Trial.F1)) return null;
            EntityTagger tagger = new(new MixedTagModel([.. two.Select(f => f.Tagger.Model)], [share, 1 - share]), two[0].Tagger.Manifest with { Trainer = name });
            EntityMetrics score = tagger.Evaluate(validation, options.Threads, cancel);
            // The mix owns the models now.
            fitted.RemoveAll(two.Contains);
            return new Fitted(two[0].Candidate, tagger.With(score), trial with { F1 = score.F1 }, score);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>A light best once more on all documents, where the time is left for it.</summary>
    private (Fitted, bool) Refit(Fitted best)
    {
        double needed = (1.2 * best.Trial.Seconds) + 1;
        if (!best.Candidate.IsCheap || (Left is { } left && (left - saving - AfterSearch(isSlow: false)).TotalSeconds < needed)) return (best, false);
        try
        {
            EntityTagger again = best.Candidate.Create().Fit(options.Data, null, ContextOf(best.Candidate, 0), tags: tags);
            return (best with { Tagger = again.With(best.Validation!) }, true);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (best, false);
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
        bool isSlow = !candidate.IsCheap;
        double seconds = (left - saving - AfterSearch(isSlow) - Judging(isSlow) - (fitted.Count > 0 ? 2 * Judging(isSlow) : TimeSpan.Zero)).TotalSeconds;
        return options.Clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Max(0.2, after > 0 ? LightShare * seconds : seconds));
    }

    /// <summary>Time for tagging the words that the caller will tag.</summary>
    private TimeSpan AfterSearch(bool isSlow) => TimeSpan.FromSeconds(options.WordsAfter / Speed(isSlow));

    /// <summary>Time for tagging the held-out documents once.</summary>
    private TimeSpan Judging(bool isSlow)
    {
        int held = Math.Min(1000, options.Data.Count / 10), looked = Math.Min(500, options.Data.Count);
        return TimeSpan.FromSeconds(held * Enumerable.Range(0, looked).Average(i => options.Data[i].WordCount) / Speed(isSlow));
    }

    private double Speed(bool isSlow) => isSlow ? EncoderWordsPerSecond : LightWordsPerSecond * options.Threads;

    private void Tell(EntityTrial trial)
    {
        trials.Add(trial);
        options.Trials?.Report(trial);
    }

    /// <summary>A candidate with its model and score.</summary>
    private sealed record Fitted(EntityCandidate Candidate, EntityTagger Tagger, EntityTrial Trial, EntityMetrics? Validation);
}
