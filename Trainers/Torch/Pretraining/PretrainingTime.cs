using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Divides the time before a deadline among what comes before and after training. What a stage has not come to by its end is left out.</summary>
/// <param name="context">The deadline and the clock; without a deadline nothing ends early.</param>
internal sealed class PretrainingTime(FitContext context)
{
    /// <summary>When each stage ends at the latest, as a share of the time from the start to the deadline; training has the rest.</summary>
    public const double Reading = 0.1, Words = 0.2, Vocabulary = 0.25, Tokens = 0.4;

    /// <summary>Most of the time that scoring before training may take: the part of the held-out texts that it comes to is what all scores are of.</summary>
    public const double Scoring = 0.03;

    // Writing was measured on an empty disk queue; at the end it may have to wait.
    private const double WritingFactor = 2;

    private readonly DateTimeOffset start = context.Time.GetUtcNow();

    /// <summary>Whether a stage was ended early.</summary>
    public bool IsShortened { get; private set; }

    /// <summary>The context whose deadline leaves time to write the result.</summary>
    /// <param name="writing">How long writing took, done once.</param>
    public FitContext ForTraining(TimeSpan writing) => context with { Deadline = context.Deadline - (writing * WritingFactor) };

    /// <summary>The time that <paramref name="share"/> of the whole is; null without a deadline.</summary>
    public TimeSpan? Part(double share) => context.Deadline - start is { } whole ? Longer(whole, TimeSpan.Zero) * share : null;

    /// <summary>Asked whether a stage is over.</summary>
    /// <param name="share">When it ends.</param>
    public Func<bool>? Until(double share) => Part(share) is not { } part ? null : () =>
    {
        bool isOver = context.Time.GetUtcNow() - start >= part;
        IsShortened |= isOver;
        return isOver;
    };

    /// <summary>The items that come before a stage's end, and in any case the first ones.</summary>
    /// <param name="items">All items.</param>
    /// <param name="share">When the stage ends.</param>
    /// <param name="least">How many come in any case.</param>
    public IEnumerable<T> Within<T>(IEnumerable<T> items, double share, int least)
    {
        Func<bool>? isOver = Until(share);
        int given = 0;
        foreach (T item in items)
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (given >= least && isOver?.Invoke() == true) yield break;
            given++;
            yield return item;
        }
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
