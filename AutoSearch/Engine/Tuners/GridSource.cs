using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>The points of grids with 2, 3, 4… values a knob; every choice of a choice.</summary>
internal sealed class GridSource(ISearchSpace space) : IPointSource
{
    private const int MostLevels = 16;

    private long next;

    public string Origin => "grid";

    public double[]? Propose(Random random, int draw)
    {
        long index = next + draw;
        for (int levels = 2; levels <= MostLevels; levels++)
        {
            double points = 1;
            foreach (Knob knob in space.Knobs) points *= LevelsOf(knob, levels);
            if (index < points) return At(index, levels);
            index -= (long)points;
        }
        return null;
    }

    public void Observe(TrialEvent happened)
    {
        if (happened is not TrialEvent.Started || happened.Plan.Origin != Origin) return;
        // Points that had been tried before were passed over, so the one that was taken up may lie further on.
        for (long ahead = 0; ahead < 1_000; ahead++)
        {
            if (Propose(new Random(0), (int)ahead) is not { } point) return;
            if (!point.AsSpan().SequenceEqual([.. happened.Plan.Point])) continue;
            next += ahead + 1;
            return;
        }
    }

    private static int LevelsOf(Knob knob, int levels) => knob.Choices == 0 ? levels : knob.IsOrdered ? Math.Min(levels, knob.Choices) : knob.Choices;

    private double[] At(long index, int levels)
    {
        double[] point = new double[space.Knobs.Count];
        for (int i = 0; i < point.Length; i++)
        {
            int count = LevelsOf(space.Knobs[i], levels);
            point[i] = ((index % count) + 0.5) / count;
            index /= count;
        }
        return point;
    }
}
