namespace MLPipes.Pipelines;

/// <summary>What a trainer is called, what it can do and what it needs.</summary>
/// <param name="Key">Kebab-case and permanent.</param>
/// <param name="Summary">One sentence for lists.</param>
/// <param name="Tasks">The tasks it learns by itself.</param>
public sealed record TrainerCard(string Key, string Summary, params MLTask[] Tasks)
{
    /// <summary>What its features must be.</summary>
    public Needs Needs { get; init; }

    /// <summary>Whether it honours row weights.</summary>
    public bool UsesWeights { get; init; }

    /// <summary>Whether it watches the validation set of its context and stops when that no longer improves.</summary>
    public bool StopsEarly { get; init; }

    /// <summary>
    /// Whether it can return the model so far when its deadline comes; one that can't raises <see cref="TimeoutException"/> instead.
    /// </summary>
    public bool KeepsPartial { get; init; }

    /// <summary>Whether its classification scores are bare margins, without a link, that need calibration to give probabilities.</summary>
    public bool GivesMargins { get; init; }

    /// <summary>Whether it learns in native code, whose crash ends the process that it happens in.</summary>
    public bool RunsNativeCode { get; init; }

    /// <summary>Whether a fit may go on for long after its deadline or cancellation, so that only ending its process ends it.</summary>
    public bool CannotBeInterrupted { get; init; }

    /// <summary>
    /// Whether a fit is so much work that it gets all threads of a study, while no other fit runs, and most of the time budget. Its cost hint then
    /// counts floating-point operations as they are, so that a study can tell beforehand how many such fits there is time for.
    /// </summary>
    public bool UsesAllCores { get; init; }

    /// <summary>
    /// Operations a second that this machine does of the work that its cost hint counts, by the number of threads; may measure at the first call. Null
    /// (default): not known, and studies assume what a core does at least.
    /// </summary>
    public Func<int, double>? FlopsPerSecond { get; init; }

    /// <summary>Why it can't be used here and now, as a sentence's second half ("no encoder is named; …"); null where it can. Default: always can.</summary>
    public Func<string?>? Unavailable { get; init; }

    /// <summary>Rows beyond which studies leave it out: others do better there. Default: no limit.</summary>
    public int MostRows { get; init; } = int.MaxValue;

    /// <summary>Whether it is a yardstick (predicts a constant) and no candidate to win.</summary>
    public bool IsBaseline { get; init; }
}
