namespace MLPipes.AutoSearch;

/// <summary>One way to look for points in one trainer's search space.</summary>
/// <remarks>As for <see cref="ITuner"/>: <see cref="Propose"/> changes nothing, and its state follows from the events that it was shown.</remarks>
internal interface IPointSource
{
    /// <summary>The <see cref="TrialPlan.Origin"/> of its trials.</summary>
    string Origin { get; }

    /// <summary>A point to try, [knobs], each 0 to 1; null where it has none, now or for good.</summary>
    /// <param name="random">Drawn from the next trial's seed.</param>
    /// <param name="draw">0 for the first draw for this trial, counting up while what was proposed had been tried before.</param>
    double[]? Propose(Random random, int draw);

    /// <summary>Takes in an event of its trainer, of its own trials or of others.</summary>
    void Observe(TrialEvent happened);
}
