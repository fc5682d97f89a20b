using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Draws points from a density of the good ones and takes the one where that of the bad ones is lowest beside it.</summary>
/// <remarks>
/// The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, NeurIPS 2011, section 4), with kernels over all knobs at once, so that what
/// goes together stays together (Falkner, Klein and Hutter, BOHB, ICML 2018, section 3.2). A trial that failed, or was dropped, is a bad one, and
/// so, until it ends, is one that is running, that not all running ones go to the same place. A knob without effect at a point counts for nothing.
/// </remarks>
internal sealed class ModelBasedSource(ISearchSpace space) : IPointSource
{
    private const double GoodShare = 0.12;
    private const int Draws = 32;
    private const double Wide = 0.25;

    private readonly SortedDictionary<int, (double[] Point, double Loss)> trials = [];

    public string Origin => "model-based";

    public double[]? Propose(Random random, int draw)
    {
        int knobs = space.Knobs.Count;
        if (knobs == 0) return null;
        (double[] Point, double Loss)[] ranked = [.. trials.OrderBy(t => t.Value.Loss).ThenBy(t => t.Key).Select(t => t.Value)];
        int judged = ranked.Count(t => double.IsFinite(t.Loss)), goods = Math.Clamp((int)Math.Ceiling(GoodShare * judged), 2, 20);
        // A density of a few points says nothing; half of what is drawn before there are more is near the best all the same.
        if (judged < Math.Min(8, knobs + 4)) return judged > 0 && random.NextDouble() < 0.5 ? Near(ranked[0].Point, random, Wide, 0.5) : RandomSource.Draw(space, random);
        (double[] Point, double Loss)[] good = ranked[..goods], bad = ranked[goods..];
        double[] goodWidths = Widths(good), badWidths = Widths(bad);
        double[]? best = null;
        double bestRatio = double.NegativeInfinity;
        for (int i = 0; i < Draws; i++)
        {
            // One kernel is even over the whole space: nowhere is ruled out.
            int from = random.Next(goods + 1);
            double[] point = from == goods ? RandomSource.Draw(space, random) : Near(good[from].Point, random, goodWidths);
            double ratio = LogDensity(point, good, goodWidths) - LogDensity(point, bad, badWidths);
            if (ratio > bestRatio) (best, bestRatio) = (point, ratio);
        }
        return best;
    }

    public void Observe(TrialEvent happened)
    {
        double[] point = [.. happened.Plan.Point];
        switch (happened)
        {
            case TrialEvent.Started: trials[happened.Number] = (point, double.PositiveInfinity); break;
            case TrialEvent.Completed completed: trials[happened.Number] = (point, double.IsNaN(completed.Loss) ? double.PositiveInfinity : completed.Loss); break;
            case TrialEvent.Skipped { IsForTime: true }: trials.Remove(happened.Number); break;
        }
    }

    private double[] Near(double[] center, Random random, double width, double chance)
    {
        double[] widths = new double[center.Length];
        for (int i = 0; i < widths.Length; i++) widths[i] = space.Knobs[i].IsOrdered ? width : chance;
        return Near(center, random, widths);
    }

    /// <summary>A draw from one kernel: Gaussian for a knob with order, else the same choice, or any with its width as the chance.</summary>
    private double[] Near(double[] center, Random random, double[] widths)
    {
        double[] point = new double[center.Length];
        for (int i = 0; i < point.Length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()), even = random.NextDouble();
            point[i] = space.Knobs[i].IsOrdered ? CostFrugalSource.Reflect(center[i] + (widths[i] * normal)) : random.NextDouble() < widths[i] ? even : center[i];
        }
        return point;
    }

    /// <summary>A rule of thumb for each knob by itself (Silverman's, somewhat narrower), within limits; for a choice, the chance of another one.</summary>
    private double[] Widths((double[] Point, double Loss)[] points)
    {
        int knobs = space.Knobs.Count;
        double[] widths = new double[knobs];
        double shrink = Math.Pow(Math.Max(1, points.Length), -0.2);
        for (int i = 0; i < knobs; i++)
        {
            double mean = 0, square = 0;
            foreach ((double[] point, _) in points)
            {
                mean += point[i] / points.Length;
                square += point[i] * point[i] / points.Length;
            }
            double deviation = Math.Sqrt(Math.Max(0, square - (mean * mean)));
            Knob knob = space.Knobs[i];
            widths[i] = knob.IsOrdered ? Math.Clamp(0.8 * deviation * shrink, Math.Max(0.04, knob.Choices > 0 ? 0.5 / knob.Choices : 0), Wide) : Math.Clamp(shrink, 0.1, 0.6);
        }
        return widths;
    }

    private double LogDensity(double[] at, (double[] Point, double Loss)[] points, double[] widths)
    {
        // The even kernel counts as one point.
        double sum = 1;
        foreach ((double[] point, _) in points)
        {
            double log = 0;
            for (int i = 0; i < at.Length; i++)
            {
                if (!space.IsActive(i, at)) continue;
                Knob knob = space.Knobs[i];
                if (knob.IsOrdered)
                {
                    double distance = (at[i] - point[i]) / widths[i];
                    // Mirrored at the ends as the draws are, so that density does not leak out of the space.
                    double low = (at[i] + point[i]) / widths[i], high = (2 - at[i] - point[i]) / widths[i];
                    log += Math.Log((Math.Exp(-0.5 * distance * distance) + Math.Exp(-0.5 * low * low) + Math.Exp(-0.5 * high * high) + 1e-12) / (widths[i] * Math.Sqrt(2 * Math.PI)));
                }
                else
                {
                    bool isSame = (int)Math.Min(at[i] * knob.Choices, knob.Choices - 1) == (int)Math.Min(point[i] * knob.Choices, knob.Choices - 1);
                    // Relative to the even density over the choices.
                    log += Math.Log(((isSame ? 1 - widths[i] : 0) * knob.Choices) + widths[i]);
                }
            }
            sum += Math.Exp(log);
        }
        return Math.Log(sum / (points.Length + 1));
    }
}
