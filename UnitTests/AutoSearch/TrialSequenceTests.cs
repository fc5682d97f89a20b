using MLPipes.AutoSearch;

namespace MLPipes.Tests;

[TestClass]
public sealed class TrialSequenceTests
{
    [TestMethod]
    public void Proposals_see_the_same_outcomes_whatever_ended_first()
    {
        string[] logs = [.. new[] { 1, 2, 3 }.Select(seed => Run(seed, trials: 30))];

        Assert.AreEqual(logs[0], logs[1]);
        Assert.AreEqual(logs[0], logs[2]);
    }

    [TestMethod]
    public void No_more_plans_are_out_than_the_window()
    {
        TrialSequence sequence = new(new Recorder(100), window: 4);

        for (int i = 0; i < 4; i++) Assert.IsNotNull(sequence.Next());

        Assert.IsFalse(sequence.IsReady);
        Assert.AreEqual(4, sequence.InFlight);
        Assert.ThrowsExactly<InvalidOperationException>(() => sequence.Next());
    }

    [TestMethod]
    public void A_tuner_without_a_proposal_is_asked_again_after_all_outcomes()
    {
        Recorder tuner = new(100) { NothingUntilOutcomes = 2 };
        TrialSequence sequence = new(tuner, window: 4);
        TrialPlan first = sequence.Next()!, second = sequence.Next()!;

        Assert.IsNull(sequence.Next());
        Assert.IsFalse(sequence.IsReady);
        sequence.Record(Ended(first));
        Assert.IsFalse(sequence.IsReady);
        sequence.Record(Ended(second));

        Assert.IsNotNull(sequence.Next());
        Assert.IsFalse(sequence.IsExhausted);
    }

    [TestMethod]
    public void Exhausted_when_the_tuner_knows_all_and_has_nothing()
    {
        TrialSequence sequence = new(new Recorder(1), window: 4);
        TrialPlan only = sequence.Next()!;
        sequence.Record(Ended(only));

        while (sequence.IsReady) Assert.IsNull(sequence.Next());

        Assert.IsTrue(sequence.IsExhausted);
    }

    private static TrialEvent.Completed Ended(TrialPlan plan) => new() { Plan = plan, Loss = plan.Number % 7, Score = 0, FoldLosses = [0], Seconds = 0 };

    // Ends what is in flight in an order drawn from the seed.
    private static string Run(int seed, int trials)
    {
        Recorder tuner = new(trials);
        TrialSequence sequence = new(tuner, window: 4);
        Random random = new(seed);
        List<TrialPlan> running = [];
        while (!sequence.IsExhausted)
        {
            if (sequence.IsReady && random.Next(2) == 0)
            {
                if (sequence.Next() is { } plan) running.Add(plan);
            }
            else if (running.Count > 0)
            {
                TrialPlan ended = running[random.Next(running.Count)];
                running.Remove(ended);
                sequence.Record(Ended(ended));
            }
        }
        return string.Join('\n', tuner.Log);
    }

    /// <summary>Writes down what it was shown before each proposal.</summary>
    private sealed class Recorder(int most) : ITuner
    {
        private int started;
        private int outcomes;

        public List<string> Log { get; } = [];

        public int? NothingUntilOutcomes { get; init; }

        public TrialPlan? Propose()
        {
            if (started >= most || (started == 2 && outcomes < NothingUntilOutcomes)) return null;
            return new TrialPlan { Number = started + 1, Trainer = "t", Point = [], Knobs = new Dictionary<string, string>(), Seed = 0 };
        }

        public void Observe(TrialEvent happened)
        {
            if (happened is TrialEvent.Started) started++;
            else outcomes++;
            Log.Add($"{happened.GetType().Name} {happened.Number}");
        }
    }
}
