namespace MLPipes.AutoSearch;

/// <summary>Divides trials among trainers and ways to search them: the less the next improvement is expected to cost, the more often.</summary>
/// <remarks>
/// The estimated cost for improvement of FLAML (Wang, Wu, Weimer and Zhu, MLSys 2021, section 4.2): what the last improvement took, or what was spent
/// without one since. Departure: FLAML makes up for a trainer that is behind by the rate of its gains, which after one or two gains is chance;
/// here its cost grows with how far it is behind, as a share of what the best gained over the baseline.
/// </remarks>
internal sealed class Arbiter
{
    private const double BehindWeight = 10;

    private readonly Dictionary<(string Trainer, string Origin), Arm> arms = [];

    /// <summary>Takes in an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="isBetter">Whether it is the best of its trainer so far.</param>
    public void Observe(TrialEvent outcome, double cost, bool isBetter)
    {
        (string, string) key = (outcome.Plan.Trainer, outcome.Plan.Origin);
        if (!arms.TryGetValue(key, out Arm? arm)) arms.Add(key, arm = new Arm());
        arm.Ended++;
        arm.Cost += cost;
        if (isBetter) (arm.CostBefore, arm.CostAtBest) = (arm.CostAtBest, arm.Cost);
    }

    /// <summary>One of the choices, drawn with chances in inverse proportion to the cost for an improvement.</summary>
    /// <param name="choices">Trainers with a way to search them, how far they are behind (0 to 1) and what a trial of them costs.</param>
    /// <param name="random">Drawn from the next trial's seed.</param>
    public int Choose(IReadOnlyList<(string Trainer, string Origin, double Behind, double Cost)> choices, Random random)
    {
        double[] chances = new double[choices.Count];
        double total = 0;
        for (int i = 0; i < chances.Length; i++)
        {
            (string trainer, string origin, double behind, double usual) = choices[i];
            double cost = arms.TryGetValue((trainer, origin), out Arm? arm) && arm.Ended > 0
                ? Math.Max(arm.Cost / arm.Ended, Math.Max(arm.Cost - arm.CostAtBest, arm.CostAtBest - arm.CostBefore)) : usual;
            chances[i] = 1 / Math.Max(1e-9, cost * (1 + (BehindWeight * behind)));
            total += chances[i];
        }
        double drawn = random.NextDouble() * total;
        for (int i = 0; i < chances.Length; i++)
        {
            drawn -= chances[i];
            if (drawn < 0) return i;
        }
        return chances.Length - 1;
    }

    private sealed class Arm
    {
        public int Ended;
        public double Cost;
        public double CostAtBest;
        public double CostBefore;
    }
}
