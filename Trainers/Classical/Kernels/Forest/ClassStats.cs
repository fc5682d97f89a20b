namespace MLPipes.Trainers;

/// <summary>Class labels of a node; splits maximise Σ_k L_k² / L + Σ_k R_k² / R, which minimises weighted Gini impurity.</summary>
internal sealed class ClassStats(float[] labels, int classes) : INodeStats
{
    private readonly double[] totals = new double[classes];
    private readonly double[] sides = new double[3 * classes];
    private readonly double[] left = new double[classes];
    private readonly double[] right = new double[classes];
    private int[] label = new int[64];
    private double[] weight = new double[64];
    private double[] product = new double[64]; // weight of the second class, where there are two
    private double all;
    private double[] binSums = [];
    private int count;
    private int pivot;

    public bool IsPure { get; private set; }

    public void Load(ReadOnlySpan<int> rows, ReadOnlySpan<float> weights)
    {
        count = rows.Length;
        if (label.Length < count)
        {
            label = new int[count];
            weight = new double[count];
            product = new double[count];
        }
        Array.Clear(totals);
        for (int i = 0; i < rows.Length; i++)
        {
            int k = (int)labels[rows[i]];
            label[i] = k;
            double w = weights[rows[i]];
            weight[i] = w;
            totals[k] += w;
            product[i] = k * w;
        }
        all = 0;
        foreach (double total in totals) all += total;
        int present = 0;
        foreach (double total in totals) if (total > 0) present++;
        IsPure = present < 2;
    }

    public int LeafWidth => classes == 2 ? 1 : classes;

    public void AddLeaf(List<double> leafValues)
    {
        if (classes == 2) leafValues.Add(totals[1] / all);
        else
            foreach (double total in totals) leafValues.Add(total / all);
    }

    public double GainBelow(ReadOnlySpan<float> values, float threshold, int minLeaf)
    {
        int rows;
        if (classes == 2)
        {
            rows = SideSums.Below(values, threshold, product, weight, out double positives, out double sum);
            (left[0], left[1]) = (sum - positives, positives);
        }
        else
        {
            Array.Clear(left);
            rows = 0;
            for (int i = 0; i < values.Length; i++)
            {
                bool isLeft = values[i] <= threshold;
                left[label[i]] += isLeft ? weight[i] : 0;
                rows += isLeft ? 1 : 0;
            }
        }
        if (rows < minLeaf || count - rows < minLeaf) return double.NegativeInfinity;
        double leftSum = 0, leftSquares = 0, rightSquares = 0;
        for (int k = 0; k < left.Length; k++)
        {
            double l = left[k], r = totals[k] - l;
            leftSum += l;
            leftSquares += l * l;
            rightSquares += r * r;
        }
        double rightSum = all - leftSum;
        return leftSum > 0 && rightSum > 0 ? (leftSquares / leftSum) + (rightSquares / rightSum) : double.NegativeInfinity;
    }

    public double GainOf(ReadOnlySpan<byte> side, int minLeaf, bool missingIsFree, out bool missingLeft)
    {
        Array.Clear(sides);
        Span<int> rows = [0, 0, 0];
        for (int i = 0; i < count; i++)
        {
            int s = side[i];
            sides[(s * classes) + label[i]] += weight[i];
            rows[s]++;
        }
        double toRight = rows[0] >= minLeaf && rows[1] + rows[2] >= minLeaf ? Purity(0, -1) + Purity(1, 2) : double.NegativeInfinity;
        missingLeft = false;
        if (!missingIsFree || rows[2] == 0 || rows[1] < minLeaf || rows[0] + rows[2] < minLeaf) return toRight;
        double toLeft = Purity(0, 2) + Purity(1, -1);
        missingLeft = toLeft > toRight;
        return Math.Max(toLeft, toRight);
    }

    public double BestCut(ReadOnlySpan<int> order, ReadOnlySpan<int> keys, int present, int minLeaf, bool missingLeft, out int cut)
    {
        Array.Clear(left);
        totals.CopyTo(right, 0);
        int leftRows = missingLeft ? count - present : 0;
        for (int i = present; missingLeft && i < count; i++)
        {
            left[label[order[i]]] += weight[order[i]];
            right[label[order[i]]] -= weight[order[i]];
        }
        double leftSum = 0, rightSum = 0, leftSquares = 0, rightSquares = 0, best = double.NegativeInfinity;
        for (int k = 0; k < classes; k++)
        {
            leftSum += left[k];
            rightSum += right[k];
            leftSquares += left[k] * left[k];
            rightSquares += right[k] * right[k];
        }
        cut = 0;
        for (int i = 0; i + 1 < present; i++)
        {
            int at = order[i], k = label[at];
            double w = weight[at];
            leftSquares += w * ((2 * left[k]) + w);
            rightSquares -= w * ((2 * right[k]) - w);
            left[k] += w;
            right[k] -= w;
            leftSum += w;
            rightSum -= w;
            leftRows++;
            if (keys[i] == keys[i + 1] || leftRows < minLeaf || count - leftRows < minLeaf) continue;
            double gain = (leftSquares / leftSum) + (rightSquares / rightSum);
            if (gain > best) (best, cut) = (gain, i + 1);
        }
        return best;
    }

    public double BestBin(ReadOnlySpan<int> keys, int low, int high, int minLeaf, out int below, out int above)
    {
        int range = high - low + 1;
        if (binSums.Length < range * classes) binSums = new double[range * classes];
        Span<double> sums = binSums.AsSpan(0, range * classes);
        Span<int> binRows = stackalloc int[range];
        sums.Clear();
        binRows.Clear();
        for (int i = 0; i < keys.Length; i++)
        {
            int bin = keys[i] - low;
            sums[(bin * classes) + label[i]] += weight[i];
            binRows[bin]++;
        }
        Array.Clear(left);
        int leftRows = 0, last = -1;
        double leftSum = 0, best = double.NegativeInfinity;
        (below, above) = (-1, -1);
        for (int bin = 0; bin < range; bin++)
        {
            if (binRows[bin] == 0) continue;
            if (last >= 0 && leftRows >= minLeaf && count - leftRows >= minLeaf)
            {
                double leftSquares = 0, rightSquares = 0;
                for (int k = 0; k < left.Length; k++)
                {
                    double l = left[k], r = totals[k] - l;
                    leftSquares += l * l;
                    rightSquares += r * r;
                }
                double gain = (leftSquares / leftSum) + (rightSquares / (all - leftSum));
                if (gain > best) (best, below, above) = (gain, low + last, low + bin);
            }
            for (int k = 0; k < left.Length; k++)
            {
                double w = sums[(bin * classes) + k];
                left[k] += w;
                leftSum += w;
            }
            leftRows += binRows[bin];
            last = bin;
        }
        return best;
    }

    public void ChoosePivot(ref SplitMix random)
    {
        if (classes == 2)
        {
            pivot = 1;
            return;
        }
        do pivot = random.Below(classes);
        while (totals[pivot] <= 0);
    }

    public double ValueAt(int position) => label[position] == pivot ? 1 : 0;

    public double WeightAt(int position) => weight[position];

    /// <summary>Σ_k c_k² / Σ_k c_k over one side, with another added where it is not negative.</summary>
    private double Purity(int side, int added)
    {
        double sum = 0, squares = 0;
        for (int k = 0; k < classes; k++)
        {
            double c = sides[(side * classes) + k] + (added < 0 ? 0 : sides[(added * classes) + k]);
            sum += c;
            squares += c * c;
        }
        return sum > 0 ? squares / sum : double.NegativeInfinity;
    }
}
