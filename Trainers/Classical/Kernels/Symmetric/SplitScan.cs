using System.Numerics;

namespace MLPipes.Trainers;

/// <summary>Scores every split of one column over all leaves of a level; holds the buffers of one thread.</summary>
/// <remarks>
/// The score is the cosine between the gradients and what the leaves would predict, times the gradients' length:
/// Σ g·v / √(Σ w·v²) over both sides of all leaves, v = g / (w + λ), as CatBoost has it by default (score function Cosine), but with
/// second derivatives as weights w, which counts rows by how much their score can still move. Borders lie side by side in a vector,
/// leaves are added one after another.
/// </remarks>
internal sealed unsafe class SplitScan(int directions, float l2)
{
    private const int Width = 320; // 256 bins and the end of a vector

    private readonly int[] prefixes = new int[(directions + 1) * Width];
    private readonly float[] sums = new float[4 * Width];
    private readonly int[] totals = new int[directions + 1];
    private readonly int[] shifts = new int[directions + 1];

    // At L2 = 0 an empty side would divide by zero.
    private readonly float lambda = Math.Max(l2, 1e-3f);

    /// <summary>The best split of <paramref name="column"/>.</summary>
    /// <param name="column">What is split.</param>
    /// <param name="histogram">Sums of packed words, [words × capacity × bins].</param>
    /// <param name="capacity">Leaves that the histogram has room for.</param>
    /// <param name="counts">Rows of each leaf, [leaves].</param>
    /// <param name="leaves">Leaves of this level.</param>
    /// <param name="packed">Units of the words.</param>
    /// <returns>The split and its score, −∞ where none is better than no split.</returns>
    public (LevelSplit Split, float Score) Best(SplitColumn column, long[] histogram, int capacity, int[] counts, int leaves, PackedGradients packed)
    {
        Array.Clear(sums);
        bool isOrdered = column.Kind != SplitKind.OneCode, looksLeft = isOrdered && column.HasMissing;
        int bins = column.Bins;
        float before = 0, beforeWeight = 0;
        fixed (long* cells = histogram)
        fixed (int* values = prefixes)
        fixed (int* total = totals)
        fixed (int* shift = shifts)
        fixed (float* sum = sums)
        {
            for (int leaf = 0; leaf < leaves; leaf++)
            {
                if (counts[leaf] == 0) continue;
                for (int word = 0; word < packed.Words.Length; word++)
                    Unpack(cells + ((((long)word * capacity) + leaf) * bins), bins, isOrdered, word, values, total);
                float square = 0, weight = total[0] * packed.WeightUnit;
                for (int d = 1; d <= directions; d++)
                {
                    float gradient = total[d] * packed.GradientUnit;
                    square += gradient * gradient;
                }
                float r = 1 / (weight + lambda);
                before += square * r;
                beforeWeight += square * r * r * weight;
                new Span<int>(shift, directions + 1).Clear();
                Add(values, total, shift, bins, packed, sum);
                if (!looksLeft) continue;
                // Missing values to the left: all prefixes grow by the last bin.
                for (int d = 0; d <= directions; d++) shift[d] = total[d] - values[(d * Width) + column.MissingBin - 1];
                Add(values, total, shift, column.Known, packed, sum + (2 * Width));
            }
        }
        float none = before / MathF.Sqrt(MathF.Max(beforeWeight, 1e-30f));
        // The last border of all leaves everything on one side.
        (int bin, float best) = Most(sums, 0, isOrdered ? bins - 1 : bins);
        bool missingLeft = false;
        if (looksLeft)
        {
            (int leftBin, float left) = Most(sums, 2 * Width, column.Known - 1);
            if (left > best) (bin, best, missingLeft) = (leftBin, left, true);
        }
        return (new LevelSplit(column, bin, missingLeft), best > none * 1.000001f ? best : float.NegativeInfinity);
    }

    private static (int Bin, float Score) Most(float[] sums, int at, int count)
    {
        int bin = 0;
        float best = float.NegativeInfinity;
        for (int b = 0; b < count; b++)
        {
            float score = sums[at + b] / MathF.Sqrt(MathF.Max(sums[at + Width + b], 1e-30f));
            if (score > best) (bin, best) = (b, score);
        }
        return (bin, best);
    }

    // Halves of a word apart: high half gradient 2·word, low half the weight or gradient 2·word − 1; row d + 1 of the values is gradient d.
    private void Unpack(long* cells, int bins, bool isOrdered, int word, int* values, int* total)
    {
        int high = (2 * word) + 1, low = 2 * word;
        bool hasHigh = high <= directions;
        int* lows = values + (low * Width), highs = values + ((hasHigh ? high : low) * Width);
        long sum = 0;
        for (int b = 0; b < bins; b++)
        {
            long cell = cells[b];
            sum += cell;
            long shown = isOrdered ? sum : cell;
            // Written in this order, so that the low half stays where there is no high one.
            highs[b] = (int)((shown + 0x80000000L) >> 32);
            lows[b] = (int)shown;
        }
        total[low] = (int)sum;
        if (hasHigh) total[high] = (int)((sum + 0x80000000L) >> 32);
    }

    private void Add(int* values, int* total, int* shift, int count, PackedGradients packed, float* sum)
    {
        Vector<float> lambdas = new(lambda), weightUnit = new(packed.WeightUnit), square = new(packed.GradientUnit * packed.GradientUnit);
        for (int b = 0; b < count; b += Vector<float>.Count)
        {
            Vector<int> left = Vector.Load(values + b) + new Vector<int>(shift[0]);
            Vector<float> leftWeight = Vector.ConvertToSingle(left) * weightUnit, rightWeight = Vector.ConvertToSingle(new Vector<int>(total[0]) - left) * weightUnit;
            Vector<float> leftSquare = Vector<float>.Zero, rightSquare = Vector<float>.Zero;
            for (int d = 1; d <= directions; d++)
            {
                left = Vector.Load(values + (d * Width) + b) + new Vector<int>(shift[d]);
                Vector<float> l = Vector.ConvertToSingle(left), r = Vector.ConvertToSingle(new Vector<int>(total[d]) - left);
                leftSquare += l * l;
                rightSquare += r * r;
            }
            Vector<float> leftRate = Vector<float>.One / (leftWeight + lambdas), rightRate = Vector<float>.One / (rightWeight + lambdas);
            leftSquare *= square * leftRate;
            rightSquare *= square * rightRate;
            (Vector.Load(sum + b) + leftSquare + rightSquare).Store(sum + b);
            (Vector.Load(sum + Width + b) + (leftSquare * leftRate * leftWeight) + (rightSquare * rightRate * rightWeight)).Store(sum + Width + b);
        }
    }
}
