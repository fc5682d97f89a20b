namespace MLPipes.Trainers;

/// <summary>Each row's weight and gradients in this tree as whole numbers, two to a 64-bit word, so that one addition adds both and no order of additions changes a sum.</summary>
/// <remarks>
/// Scaled such that sums over all rows stay below 2³¹: with a million rows a mean gradient still has a thousand steps, and the rounding
/// of single rows averages out. Word 0 holds (gradient 0, weight), word j (gradient 2j, gradient 2j − 1), high half first.
/// For more outputs than <see cref="MaxDirections"/>, structure is searched on that many random projections of the gradients
/// (Iosipoi and Vakhrushev, SketchBoost, NeurIPS 2022, section 3.3); leaf values are fitted to all outputs.
/// </remarks>
internal sealed class PackedGradients
{
    /// <summary>Most gradients a row that splits are searched by.</summary>
    public const int MaxDirections = 7;

    private const int ChunkRows = 4096;
    private const int Levels = 1024;
    private const double Capacity = 1 << 30;

    private readonly float[][] directions;
    private readonly float[] drawn;
    private readonly float[] weightOfDraw;
    private readonly double[] sums;

    public PackedGradients(int rows, int outputs, double temperature)
    {
        Directions = Math.Min(outputs, MaxDirections);
        Words = [.. Enumerable.Range(0, (Directions / 2) + 1).Select(_ => new long[rows])];
        directions = outputs > MaxDirections ? [.. Enumerable.Range(0, Directions).Select(_ => new float[rows])] : [];
        drawn = new float[rows];
        Chunks = (rows + ChunkRows - 1) / ChunkRows;
        sums = new double[Chunks * (Directions + 1)];
        // Quantiles of (−ln u)^temperature, u uniform: drawing one is a look into this table.
        weightOfDraw = [.. Enumerable.Range(0, Levels).Select(i => (float)Math.Pow(-Math.Log((i + 0.5) / Levels), temperature))];
    }

    /// <summary>Gradients a row.</summary>
    public int Directions { get; }

    /// <summary>[words][rows].</summary>
    public long[][] Words { get; }

    /// <summary>Pieces of work of each step.</summary>
    public int Chunks { get; }

    /// <summary>Weight of one step of a packed weight.</summary>
    public float WeightUnit { get; private set; }

    /// <summary>Gradient of one step of a packed gradient.</summary>
    public float GradientUnit { get; private set; }

    /// <summary>The rows of chunk <paramref name="chunk"/>.</summary>
    public (int Start, int End) RowsOf(int chunk) => (chunk * ChunkRows, Math.Min(drawn.Length, (chunk + 1) * ChunkRows));

    /// <summary>Draws the weights of this tree for a chunk and prepares its gradients.</summary>
    /// <param name="chunk">Index of the chunk.</param>
    /// <param name="gradients">[outputs][rows], weighted by the rows' weights.</param>
    /// <param name="weights">[rows]: second derivatives.</param>
    /// <param name="subsample">Share of the rows to keep.</param>
    /// <param name="random">The tree's stream for this chunk.</param>
    /// <param name="mix">[directions × outputs] of a random projection; empty for the gradients themselves.</param>
    public void Draw(int chunk, float[][] gradients, float[] weights, double subsample, SplitMix random, float[] mix)
    {
        (int start, int end) = RowsOf(chunk);
        uint limit = (uint)Math.Min(uint.MaxValue, subsample * uint.MaxValue);
        bool isWhole = subsample >= 1;
        double weightSum = 0;
        for (int i = start; i < end; i++)
        {
            ulong bits = random.Next();
            float factor = isWhole || (uint)(bits >> 32) <= limit ? weightOfDraw[(int)(bits & (Levels - 1))] : 0;
            drawn[i] = factor;
            weightSum += factor * weights[i];
        }
        sums[chunk * (Directions + 1)] = weightSum;
        for (int d = 0; d < Directions; d++)
        {
            if (mix.Length > 0) Project(directions[d], gradients, mix.AsSpan(d * gradients.Length, gradients.Length), start, end);
            float[] source = mix.Length > 0 ? directions[d] : gradients[d];
            double sum = 0;
            for (int i = start; i < end; i++) sum += Math.Abs(source[i]) * drawn[i];
            sums[(chunk * (Directions + 1)) + d + 1] = sum;
        }
    }

    /// <summary>Chooses the scale, once all chunks are drawn.</summary>
    public void Settle()
    {
        double most = 0;
        for (int d = 0; d <= Directions; d++)
        {
            double sum = 0;
            for (int chunk = 0; chunk < Chunks; chunk++) sum += sums[(chunk * (Directions + 1)) + d];
            if (d == 0) WeightUnit = (float)(Math.Max(sum, 1e-30) / Capacity);
            else most = Math.Max(most, sum);
        }
        GradientUnit = (float)(Math.Max(most, 1e-30) / Capacity);
    }

    /// <summary>Packs a chunk.</summary>
    public void Pack(int chunk, float[][] gradients, float[] weights)
    {
        (int start, int end) = RowsOf(chunk);
        float perWeight = 1 / WeightUnit, perGradient = 1 / GradientUnit;
        float[][] source = directions.Length > 0 ? directions : gradients;
        for (int word = 0; word < Words.Length; word++)
        {
            long[] words = Words[word];
            int high = 2 * word, low = high - 1;
            for (int i = start; i < end; i++)
            {
                int lower = word == 0 ? (int)MathF.Round(weights[i] * drawn[i] * perWeight) : (int)MathF.Round(source[low][i] * drawn[i] * perGradient);
                int upper = high < Directions ? (int)MathF.Round(source[high][i] * drawn[i] * perGradient) : 0;
                words[i] = ((long)upper << 32) + lower;
            }
        }
    }

    /// <summary>Rows that count in this tree, into <paramref name="rows"/>; returns how many.</summary>
    public int Kept(int[] rows, int count)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            rows[kept] = i;
            kept += drawn[i] > 0 ? 1 : 0;
        }
        return kept;
    }

    private static void Project(float[] into, float[][] gradients, ReadOnlySpan<float> mix, int start, int end)
    {
        Array.Clear(into, start, end - start);
        for (int k = 0; k < mix.Length; k++)
        {
            float factor = mix[k];
            float[] gradient = gradients[k];
            for (int i = start; i < end; i++) into[i] += factor * gradient[i];
        }
    }
}
