using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>One search.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="candidates">What is tried, light ones first.</param>
/// <param name="cancel">Ends it with the best so far.</param>
internal sealed class EntitySearchRun(EntitySearchOptions options, IReadOnlyList<EntityCandidate> candidates, CancellationToken cancel)
{
    // Time that a light candidate leaves to those after it.
    private const double LightShare = 0.3;

    // A slow best is fitted again at most so often, and not for less than this share of a whole fit. More documents take a little longer.
    private const int MostAgain = 2;
    private const double ShortestShare = 0.5, MoreDocuments = 1.15;

    private readonly EntityClock clock = new(options);
    private readonly List<EntityTrial> trials = [];
    private readonly List<Fitted> fitted = [];
    private readonly TagSet tags = TagSet.Of(options.Data.Labels, TagScheme.Bioes);

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
        (EntityDocuments train, EntityDocuments? validation) = HeldOut.Split(options.Data, options.Seed);
        // Without documents to judge by, the first candidate is as good as any.
        int tried = validation is null ? 1 : candidates.Count;
        for (int i = 0; i < tried && !cancel.IsCancellationRequested; i++) Try(candidates[i], train, validation, tried - i - 1);
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
            (best, isRefitted) = best.Parts.All(p => p.Candidate.IsCheap) ? Refit(best) : Strengthen(best);
        }
        fitted.RemoveAll(f => ReferenceEquals(f, best));
        return new EntitySearchResult(best.Tagger, best.Trial, best.Validation, trials, isRefitted, cancel.IsCancellationRequested);
    }

    private void Try(EntityCandidate candidate, EntityDocuments train, EntityDocuments? validation, int after)
    {
        DateTimeOffset begin = clock.Now;
        bool isFirst = fitted.Count == 0;
        if (!isFirst && DeadlineOf(candidate, after) is { } deadline && (deadline - begin).TotalSeconds < candidate.LeastSeconds)
        {
            Tell(new EntityTrial(candidate.Key, null, 0, string.Create(CultureInfo.InvariantCulture, $"it needs at least {candidate.LeastSeconds:0} s, which are not left"), IsSkipped: true));
            return;
        }
        using CancellationTokenSource late = clock.Late(!candidate.IsCheap, cancel);
        EntityTagger? tagger = null;
        try
        {
            // A first model there has to be, however late it is.
            tagger = candidate.Create().Fit(train, null, ContextOf(candidate, after, isFirst ? cancel : late.Token), validation, tags);
            clock.Measure(tagger);
            EntityMetrics? score = validation is null ? null : Judge(tagger, validation, candidate, late.Token);
            if (score is null && validation is not null && !isFirst) throw new OperationCanceledException(late.Token);
            EntityTrial trial = new(candidate.Key, score?.F1, Since(begin));
            fitted.Add(new Fitted(candidate, score is null ? tagger : tagger.With(score), trial, score, [new Part(candidate, tagger.Model, 1, trial.Seconds)]));
            Tell(trial);
            return;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Tell(new EntityTrial(candidate.Key, null, Since(begin), "it was ended"));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            Tell(new EntityTrial(candidate.Key, null, Since(begin), "the time was over before it was trained and judged"));
        }
        catch (MLPipesException problem) when (candidate.MayFail)
        {
            Tell(new EntityTrial(candidate.Key, null, Since(begin), problem.Message));
        }
        tagger?.Dispose();
    }

    /// <summary>Scores a model on what was held out; null where the time was over before it was done.</summary>
    private EntityMetrics? Judge(EntityTagger tagger, EntityDocuments validation, EntityCandidate candidate, CancellationToken late)
    {
        long start = options.Clock.GetTimestamp();
        try
        {
            EntityMetrics score = tagger.Evaluate(validation, options.Threads, late);
            clock.Tagged(!candidate.IsCheap, validation.Sum(d => (long)d.WordCount), options.Clock.GetElapsedTime(start));
            return score;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The two best as one model; null where there are no two, or no time to judge them.</summary>
    private Fitted? Mix(EntityDocuments validation)
    {
        if (fitted.Count < 2) return null;
        Fitted[] two = [.. fitted.OrderByDescending(f => f.Trial.F1).Take(2)];
        bool isSlow = two.Any(f => !f.Candidate.IsCheap);
        DateTimeOffset begin = clock.Now;
        // Once for the shares, once for the result.
        if (clock.Left(isSlow) < 2 * clock.Judging(isSlow)) return null;
        using CancellationTokenSource late = clock.Late(isSlow, cancel);
        try
        {
            (double share, double f1) = EntityMixing.Best(two[0].Tagger.Model, two[1].Tagger.Model, validation, options.Threads, late.Token);
            string name = $"{two[0].Candidate.Key} + {two[1].Candidate.Key}";
            EntityTrial trial = new(name, f1, Since(begin));
            Tell(trial);
            if (!(f1 > two[0].Trial.F1)) return null;
            EntityTagger tagger = new(new MixedTagModel([.. two.Select(f => f.Tagger.Model)], [share, 1 - share]), two[0].Tagger.Manifest with { Trainer = name });
            EntityMetrics score = tagger.Evaluate(validation, options.Threads, late.Token);
            // The mix owns the models now.
            fitted.RemoveAll(two.Contains);
            return new Fitted(two[0].Candidate, tagger.With(score), trial with { F1 = score.F1 }, score, [two[0].Parts[0] with { Share = share }, two[1].Parts[0] with { Share = 1 - share }]);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>A light best once more on all documents, where the time is left for it.</summary>
    private (Fitted, bool) Refit(Fitted best)
    {
        double needed = (1.2 * best.Trial.Seconds) + 1;
        if (!best.Candidate.IsCheap || best.Validation is null || (clock.Left(isSlow: false) is { } left && left.TotalSeconds < needed)) return (best, false);
        using CancellationTokenSource late = clock.Late(isSlow: false, cancel);
        try
        {
            EntityTagger again = best.Candidate.Create().Fit(options.Data, null, ContextOf(best.Candidate, 0, late.Token), tags: tags);
            return (best with { Tagger = again.With(best.Validation) }, true);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return (best, false);
        }
    }

    /// <summary>The slow part of the best again on all documents, with other seeds, as often as the time allows; together they count as much as it did alone.</summary>
    private (Fitted, bool) Strengthen(Fitted best)
    {
        Part slow = best.Parts.First(p => !p.Candidate.IsCheap);
        double whole = MoreDocuments * slow.Seconds;
        List<ITagModel> copies = [slow.Model];
        while (copies.Count <= MostAgain && best.Validation is not null && clock.Left(isSlow: true, copies.Count + 1) is { } left && left.TotalSeconds > ShortestShare * whole)
        {
            using CancellationTokenSource late = clock.Late(isSlow: true, cancel, copies.Count + 1);
            try
            {
                FitContext context = ContextOf(slow.Candidate, 0, late.Token) with { Seed = options.Seed + copies.Count, Deadline = clock.Now + left };
                EntityTagger again = slow.Candidate.Create().Fit(options.Data, null, context, tags: tags);
                clock.Measure(again);
                copies.Add(again.Model);
            }
            catch (Exception error) when (error is MLPipesException || (error is OperationCanceledException && late.IsCancellationRequested))
            {
                // The best stands as it is.
                break;
            }
        }
        if (copies.Count == 1) return (best, false);
        (ITagModel Model, double Share)[] all = [.. best.Parts.Where(p => p != slow).Select(p => (p.Model, p.Share)), .. copies.Select(m => (m, slow.Share / copies.Count))];
        // The mix owns all models now.
        fitted.RemoveAll(f => ReferenceEquals(f, best));
        return (best with { Tagger = new EntityTagger(new MixedTagModel([.. all.Select(a => a.Model)], [.. all.Select(a => a.Share)]), best.Tagger.Manifest).With(best.Validation!) }, true);
    }

    private FitContext ContextOf(EntityCandidate candidate, int after, CancellationToken until) => new()
    {
        Seed = options.Seed,
        Threads = options.Threads,
        Time = options.Clock,
        Deadline = DeadlineOf(candidate, after),
        Cancel = until,
        Progress = options.Progress,
    };

    /// <summary>When a candidate must have its model: the light ones leave the larger part of the time to those after them.</summary>
    private DateTimeOffset? DeadlineOf(EntityCandidate candidate, int after)
    {
        bool isSlow = !candidate.IsCheap;
        if (clock.Left(isSlow) is not { } left) return null;
        double seconds = (left - (clock.Judging(isSlow) * (fitted.Count > 0 ? 3 : 1))).TotalSeconds;
        return clock.Now + TimeSpan.FromSeconds(Math.Max(0.2, after > 0 ? LightShare * seconds : seconds));
    }

    private double Since(DateTimeOffset begin) => (clock.Now - begin).TotalSeconds;

    private void Tell(EntityTrial trial)
    {
        trials.Add(trial);
        options.Trials?.Report(trial);
    }

    /// <summary>A candidate with its model and score.</summary>
    private sealed record Fitted(EntityCandidate Candidate, EntityTagger Tagger, EntityTrial Trial, EntityMetrics? Validation, IReadOnlyList<Part> Parts);

    /// <summary>What a result is made of: a candidate's model, its share, and how long it took.</summary>
    private sealed record Part(EntityCandidate Candidate, ITagModel Model, double Share, double Seconds);
}
