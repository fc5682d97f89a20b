using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Points drawn evenly.</summary>
internal sealed class RandomSource(ISearchSpace space) : IPointSource
{
    public string Origin => "random";

    public double[]? Propose(Random random, int draw) => Draw(space, random);

    public void Observe(TrialEvent happened)
    {
        // What was found changes nothing in where it draws.
    }

    /// <summary>One point, even over the unit cube.</summary>
    public static double[] Draw(ISearchSpace space, Random random)
    {
        double[] point = new double[space.Knobs.Count];
        for (int i = 0; i < point.Length; i++) point[i] = random.NextDouble();
        return point;
    }
}
