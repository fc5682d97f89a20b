namespace MLPipes.Trainers.Torch;

/// <summary>What is left of a search's time, and what has to be kept of it: for tagging and saving, as both were measured.</summary>
internal sealed class EntityClock
{
    // Until a model's own speed is known; a small encoder on two cores tags some thousands of words a second.
    private const double EncoderWordsPerSecond = 1500, LightWordsPerSecond = 10_000;
    // What was measured once may take longer the next time.
    private const double Margin = 1.5;
    private static readonly TimeSpan leastSaving = TimeSpan.FromSeconds(0.3), firstSaving = TimeSpan.FromSeconds(1);

    private readonly EntitySearchOptions options;
    private readonly DateTimeOffset started;
    private readonly double heldWords;
    private readonly Dictionary<bool, double> wordsPerSecond;
    private TimeSpan? saving;

    public EntityClock(EntitySearchOptions options)
    {
        this.options = options;
        started = options.Started ?? options.Clock.GetUtcNow();
        int held = Math.Min(1000, options.Data.Count / 10), looked = Math.Min(500, options.Data.Count);
        heldWords = held * Enumerable.Range(0, looked).Average(i => options.Data[i].WordCount);
        wordsPerSecond = new() { [true] = EncoderWordsPerSecond, [false] = LightWordsPerSecond * options.Threads };
    }

    /// <summary>Now.</summary>
    public DateTimeOffset Now => options.Clock.GetUtcNow();

    /// <summary>Time until the result has to be there, so that the caller can save it and tag what is to be tagged; null for no limit.</summary>
    /// <param name="isSlow">Whether the result is a slow model.</param>
    /// <param name="models">How many such models it is made of.</param>
    public TimeSpan? Left(bool isSlow, int models = 1) => options.Time is { } time ? started + time - Now - Saving - TimeSpan.FromSeconds(models * options.WordsAfter / wordsPerSecond[isSlow]) : null;

    /// <summary>Time for tagging the held-out documents once.</summary>
    public TimeSpan Judging(bool isSlow) => TimeSpan.FromSeconds(heldWords / wordsPerSecond[isSlow]);

    /// <summary>Cancelled when no time is left for anything but saving and tagging; never without a limit. The caller disposes of it.</summary>
    /// <param name="isSlow">Whether the result is a slow model.</param>
    /// <param name="cancel">Cancels it as well.</param>
    /// <param name="models">How many such models it is made of.</param>
    public CancellationTokenSource Late(bool isSlow, CancellationToken cancel, int models = 1)
    {
        CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // Timers reach no further than some weeks.
        if (Left(isSlow, models) is { TotalDays: < 1 } left) late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        return late;
    }

    /// <summary>So many words were tagged in so much time.</summary>
    public void Tagged(bool isSlow, long words, TimeSpan time)
    {
        if (words > 0 && time > TimeSpan.Zero) wordsPerSecond[isSlow] = words / time.TotalSeconds / Margin;
    }

    /// <summary>Finds how long a model takes to be saved, beside those before.</summary>
    public void Measure(EntityTagger tagger)
    {
        if (options.Time is null) return;
        long start = options.Clock.GetTimestamp();
        tagger.Save(Stream.Null);
        // Together they may come to be one model.
        saving = (saving ?? TimeSpan.Zero) + (options.Clock.GetElapsedTime(start) * Margin) + leastSaving;
    }

    private TimeSpan Saving => saving ?? firstSaving;
}
