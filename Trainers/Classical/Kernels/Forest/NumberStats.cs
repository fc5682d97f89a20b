namespace MLPipes.Trainers;

/// <summary>Number labels of a node; splits maximise (Σ_L y)² / L + (Σ_R y)² / R, which minimises the weighted variance.</summary>
/// <param name="labels">[rows].</param>
/// <param name="center">A value near the labels; sums are kept about it, so that labels far from 0 lose no digits.</param>
internal sealed class NumberStats(float[] labels, double center) : INodeStats
{
    private double[] value = new double[64];
    private double[] weight = new double[64];
    private double[] product = new double[64];
    private int count;
    private double sum;
    private double total;

    public bool IsPure { get; private set; }

    public void Load(ReadOnlySpan<int> rows, ReadOnlySpan<float> weights)
    {
        count = rows.Length;
        if (value.Length < count)
        {
            value = new double[count];
            weight = new double[count];
            product = new double[count];
        }
        sum = total = 0;
        IsPure = true;
        for (int i = 0; i < rows.Length; i++)
        {
            double y = labels[rows[i]] - center, w = weights[rows[i]];
            value[i] = y;
            weight[i] = w;
            product[i] = w * y;
            sum += product[i];
            total += w;
            IsPure &= y == value[0];
        }
    }

    public int LeafWidth => 1;

    public void AddLeaf(List<double> leafValues) => leafValues.Add(IsPure ? value[0] + center : (sum / total) + center);

    public double GainBelow(ReadOnlySpan<float> values, float threshold, int minLeaf)
    {
        int rows = SideSums.Below(values, threshold, product, weight, out double left, out double leftWeight);
        return rows < minLeaf || count - rows < minLeaf ? double.NegativeInfinity : Gain(left, leftWeight, sum - left, total - leftWeight);
    }

    public double GainOf(ReadOnlySpan<byte> side, int minLeaf, bool missingIsFree, out bool missingLeft)
    {
        Span<double> sums = [0, 0, 0], weights = [0, 0, 0];
        Span<int> rows = [0, 0, 0];
        for (int i = 0; i < count; i++)
        {
            int s = side[i];
            sums[s] += weight[i] * value[i];
            weights[s] += weight[i];
            rows[s]++;
        }
        double toRight = rows[0] >= minLeaf && rows[1] + rows[2] >= minLeaf ? Gain(sums[0], weights[0], sums[1] + sums[2], weights[1] + weights[2]) : double.NegativeInfinity;
        missingLeft = false;
        if (!missingIsFree || rows[2] == 0 || rows[1] < minLeaf || rows[0] + rows[2] < minLeaf) return toRight;
        double toLeft = Gain(sums[0] + sums[2], weights[0] + weights[2], sums[1], weights[1]);
        missingLeft = toLeft > toRight;
        return Math.Max(toLeft, toRight);
    }

    public double BestCut(ReadOnlySpan<int> order, ReadOnlySpan<int> keys, int present, int minLeaf, bool missingLeft, out int cut)
    {
        double leftSum = 0, leftWeight = 0, best = double.NegativeInfinity;
        int leftRows = missingLeft ? count - present : 0;
        for (int i = present; missingLeft && i < count; i++)
        {
            leftSum += product[order[i]];
            leftWeight += weight[order[i]];
        }
        cut = 0;
        for (int i = 0; i + 1 < present; i++)
        {
            int at = order[i];
            leftSum += product[at];
            leftWeight += weight[at];
            leftRows++;
            if (keys[i] == keys[i + 1] || leftRows < minLeaf || count - leftRows < minLeaf) continue;
            double gain = Gain(leftSum, leftWeight, sum - leftSum, total - leftWeight);
            if (gain > best) (best, cut) = (gain, i + 1);
        }
        return best;
    }

    public double BestBin(ReadOnlySpan<int> keys, int low, int high, int minLeaf, out int below, out int above)
    {
        int range = high - low + 1;
        Span<double> sums = stackalloc double[range], weights = stackalloc double[range];
        Span<int> binRows = stackalloc int[range];
        sums.Clear();
        weights.Clear();
        binRows.Clear();
        for (int i = 0; i < keys.Length; i++)
        {
            int bin = keys[i] - low;
            sums[bin] += product[i];
            weights[bin] += weight[i];
            binRows[bin]++;
        }
        int leftRows = 0, last = -1;
        double leftSum = 0, leftWeight = 0, best = double.NegativeInfinity;
        (below, above) = (-1, -1);
        for (int bin = 0; bin < range; bin++)
        {
            if (binRows[bin] == 0) continue;
            if (last >= 0 && leftRows >= minLeaf && count - leftRows >= minLeaf)
            {
                double gain = Gain(leftSum, leftWeight, sum - leftSum, total - leftWeight);
                if (gain > best) (best, below, above) = (gain, low + last, low + bin);
            }
            leftSum += sums[bin];
            leftWeight += weights[bin];
            leftRows += binRows[bin];
            last = bin;
        }
        return best;
    }

    public void ChoosePivot(ref SplitMix random) { }

    public double ValueAt(int position) => value[position];

    public double WeightAt(int position) => weight[position];

    private static double Gain(double leftSum, double leftWeight, double rightSum, double rightWeight) =>
        leftWeight > 0 && rightWeight > 0 ? (leftSum * leftSum / leftWeight) + (rightSum * rightSum / rightWeight) : double.NegativeInfinity;
}
