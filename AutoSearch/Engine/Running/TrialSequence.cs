namespace MLPipes.AutoSearch;

/// <summary>Puts trials that run at the same time in one order: trial k is proposed when the tuner knows the outcomes of trials 1 to k − window, and no more.</summary>
/// <remarks>
/// So what is proposed follows from plans and outcomes alone, whatever ended first and however many threads there were; and the
/// same code replays a journal. Where the tuner has nothing to propose it is shown everything in flight and asked once more.
/// </remarks>
public sealed class TrialSequence(ITuner tuner, int window)
{
    private readonly Dictionary<int, TrialEvent> outcomes = [];
    private int applied;
    private bool isDraining;

    /// <summary>Plans taken up so far.</summary>
    public int Taken { get; private set; }

    /// <summary>Plans whose outcome is not yet known.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether the tuner has nothing left to propose.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Whether all outcomes are known that the next proposal has to wait for.</summary>
    public bool IsReady => !IsExhausted && Known(isDraining ? Taken : Taken + 1 - window);

    /// <summary>The next plan; null when the tuner has none, for now or (<see cref="IsExhausted"/>) for good.</summary>
    /// <exception cref="InvalidOperationException">Not <see cref="IsReady"/>.</exception>
    public TrialPlan? Next()
    {
        if (!IsReady) throw new InvalidOperationException("Outcomes that the next proposal waits for are not known yet.");
        TrialPlan? plan = Propose();
        if (plan is not null) Take(plan);
        return plan;
    }

    /// <summary>Takes up a journal's plan in place of the one that the tuner proposes, which is the same unless the program has changed.</summary>
    public void Replay(TrialPlan plan)
    {
        while (IsReady && Propose() is null) { }
        isDraining = IsExhausted = false;
        Take(plan);
    }

    /// <summary>The outcome of a plan taken up, or, before a replay, of one about to be.</summary>
    public void Record(TrialEvent outcome)
    {
        if (!outcome.IsOutcome) throw new ArgumentException($"{outcome.GetType().Name} is no outcome.", nameof(outcome));
        if (outcomes.TryAdd(outcome.Number, outcome) && outcome.Number <= Taken) InFlight--;
    }

    private TrialPlan? Propose()
    {
        Apply(isDraining ? Taken : Taken + 1 - window);
        TrialPlan? plan = tuner.Propose();
        if (plan is null && applied == Taken) IsExhausted = true;
        isDraining = plan is null;
        return plan;
    }

    private void Take(TrialPlan plan)
    {
        Taken++;
        if (!outcomes.ContainsKey(Taken)) InFlight++;
        tuner.Observe(new TrialEvent.Started { Plan = plan });
    }

    private bool Known(int upTo)
    {
        for (int number = applied + 1; number <= upTo; number++) if (!outcomes.ContainsKey(number)) return false;
        return true;
    }

    private void Apply(int upTo)
    {
        while (applied < upTo) tuner.Observe(outcomes[++applied]);
    }
}
