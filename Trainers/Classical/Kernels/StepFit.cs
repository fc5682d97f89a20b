namespace MLPipes.Trainers;

/// <summary>Fits a step function of few levels to gradients summed by bin: one Newton step of a boosted generalized additive model.</summary>
/// <remarks>
/// Greedy: of all segments the split with the largest gain G²/(H + λ) of its halves is taken, until there are <paramref name="leaves"/>
/// segments. Bins of a nominal feature are put in order of G/(H + λ) first, as if sorted by their mean (Fisher, JASA 53, 1958).
/// </remarks>
/// <param name="leaves">Most levels.</param>
/// <param name="rowsPerLeaf">Fewest rows of a level.</param>
/// <param name="l2">λ, in rows.</param>
internal sealed class StepFit(int leaves, int rowsPerLeaf, double l2)
{
    private readonly record struct Segment(int Start, int End, int Cut, double Gain);

    private readonly int[] order = new int[BinnedFeature.MaxBins];
    private readonly double[] keys = new double[BinnedFeature.MaxBins];
    private readonly Segment[] segments = new Segment[leaves];

    /// <summary>Writes the step of each bin, the missing last, to <paramref name="steps"/> ([bins + 1]); 0 where there are no rows.</summary>
    public void Fit(BinnedFeature feature, ReadOnlySpan<double> gradients, ReadOnlySpan<double> hessians, Span<double> steps)
    {
        int bins = feature.Bins;
        for (int b = 0; b < bins; b++) order[b] = b;
        if (feature.IsNominal)
        {
            for (int b = 0; b < bins; b++) keys[b] = gradients[b] / (hessians[b] + l2);
            Array.Sort(keys, order, 0, bins);
        }
        steps[..(bins + 1)].Clear();
        int count = 1;
        segments[0] = Best(0, bins, feature.Counts, gradients, hessians);
        while (count < leaves)
        {
            int best = 0;
            for (int s = 1; s < count; s++)
                if (segments[s].Gain > segments[best].Gain) best = s;
            if (segments[best].Gain <= 0) break;
            Segment split = segments[best];
            segments[best] = Best(split.Start, split.Cut, feature.Counts, gradients, hessians);
            segments[count++] = Best(split.Cut, split.End, feature.Counts, gradients, hessians);
        }
        for (int s = 0; s < count; s++)
        {
            double g = 0, h = 0;
            for (int i = segments[s].Start; i < segments[s].End; i++)
            {
                g += gradients[order[i]];
                h += hessians[order[i]];
            }
            double step = h > 0 ? g / (h + l2) : 0;
            for (int i = segments[s].Start; i < segments[s].End; i++)
                if (!feature.IsNominal || feature.Counts[order[i]] > 0) steps[order[i]] = step;
        }
        if (hessians[bins] > 0) steps[bins] = gradients[bins] / (hessians[bins] + l2);
    }

    private Segment Best(int start, int end, int[] counts, ReadOnlySpan<double> gradients, ReadOnlySpan<double> hessians)
    {
        double g = 0, h = 0;
        long rows = 0;
        for (int i = start; i < end; i++)
        {
            g += gradients[order[i]];
            h += hessians[order[i]];
            rows += counts[order[i]];
        }
        double whole = g * g / (h + l2), left = 0, leftH = 0, most = 0;
        long leftRows = 0;
        int cut = start;
        for (int i = start; i < end - 1; i++)
        {
            left += gradients[order[i]];
            leftH += hessians[order[i]];
            leftRows += counts[order[i]];
            if (leftRows < rowsPerLeaf) continue;
            if (rows - leftRows < rowsPerLeaf) break;
            double gain = (left * left / (leftH + l2)) + ((g - left) * (g - left) / (h - leftH + l2)) - whole;
            if (gain > most) (most, cut) = (gain, i + 1);
        }
        // Gains in the noise of float64 sums are none.
        return new Segment(start, end, cut, most > 1e-12 * Math.Max(1, whole) ? most : 0);
    }
}
