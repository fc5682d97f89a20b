namespace MLPipes.Trainers;

/// <summary>One random split a feature: a threshold uniform between the node's extremes, or a random half of the categories it holds.</summary>
/// <remarks>Source: Geurts, Ernst and Wehenkel, Extremely randomized trees, Machine Learning 63(1), 2006, table 1; categories as in its appendix.</remarks>
internal sealed class DrawnSplits(ForestRows data) : ISplitSearch
{
    private float[] values = new float[64];
    private byte[] sides = new byte[64];
    private readonly byte[] sideOfCode = new byte[data.Categories.Length == 0 ? 0 : data.Categories.Max()];
    private readonly List<int> present = [];

    public NodeSplit? Find(int feature, ReadOnlySpan<int> rows, INodeStats stats, int minLeaf, ref SplitMix random)
    {
        if (values.Length < rows.Length)
        {
            values = new float[rows.Length];
            sides = new byte[rows.Length];
        }
        return data.Categories[feature] > 0 ? ByCodes(feature, rows, stats, minLeaf, ref random) : ByThreshold(feature, rows, stats, minLeaf, ref random);
    }

    private NodeSplit? ByThreshold(int feature, ReadOnlySpan<int> rows, INodeStats stats, int minLeaf, ref SplitMix random)
    {
        float[] column = data.Column(feature);
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        if (!data.HasMissing(feature))
        {
            for (int i = 0; i < rows.Length; i++)
            {
                float value = column[rows[i]];
                values[i] = value;
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
            if (low == high) return null;
            float drawn = Draw(low, high, ref random);
            return new NodeSplit { Feature = feature, Gain = stats.GainBelow(values.AsSpan(0, rows.Length), drawn, minLeaf), Threshold = drawn };
        }
        int missing = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            float value = column[rows[i]];
            values[i] = value;
            if (float.IsNaN(value)) missing++;
            if (value < low) low = value;
            if (value > high) high = value;
        }
        // Equal values can still be split from missing ones; the threshold then takes in whatever is known.
        if (missing == rows.Length || (low == high && missing == 0)) return null;
        float threshold = low == high ? float.MaxValue : Draw(low, high, ref random);
        for (int i = 0; i < rows.Length; i++) sides[i] = values[i] <= threshold ? (byte)0 : (byte)1;
        for (int i = 0; missing > 0 && i < rows.Length; i++) if (float.IsNaN(values[i])) sides[i] = 2;
        double gain = stats.GainOf(sides, minLeaf, missingIsFree: low < high, out bool missingLeft);
        return new NodeSplit { Feature = feature, Gain = gain, Threshold = threshold, MissingLeft = missingLeft };
    }

    private static float Draw(float low, float high, ref SplitMix random)
    {
        float threshold = (float)(low + (random.NextDouble() * ((double)high - low)));
        return threshold >= high ? low : threshold;
    }

    private NodeSplit? ByCodes(int feature, ReadOnlySpan<int> rows, INodeStats stats, int minLeaf, ref SplitMix random)
    {
        const byte unseen = 3;
        float[] column = data.Column(feature);
        int codes = data.Categories[feature], missing = 0;
        sideOfCode.AsSpan(0, codes).Fill(unseen);
        present.Clear();
        foreach (int row in rows)
        {
            if (!Holds(column[row], codes)) missing++;
            else if (sideOfCode[(int)column[row]] == unseen)
            {
                sideOfCode[(int)column[row]] = 1;
                present.Add((int)column[row]);
            }
        }
        if (present.Count == 0 || (present.Count == 1 && missing == 0)) return null;
        // Ascending, so that the draw does not depend on the order of rows.
        present.Sort();
        int take = present.Count == 1 ? 1 : 1 + random.Below(present.Count - 1);
        for (int i = 0; i < take; i++)
        {
            int other = i + random.Below(present.Count - i);
            (present[i], present[other]) = (present[other], present[i]);
            sideOfCode[present[i]] = 0;
        }
        for (int i = 0; i < rows.Length; i++) sides[i] = Holds(column[rows[i]], codes) ? sideOfCode[(int)column[rows[i]]] : (byte)2;
        double gain = stats.GainOf(sides, minLeaf, missingIsFree: false, out _);
        return new NodeSplit { Feature = feature, Gain = gain, Codes = [.. present.Take(take)] };
    }

    /// <summary>Whether a value is a code; NaN and codes out of range go right like unknown ones.</summary>
    public static bool Holds(float value, int codes) => value >= 0 && value < codes;
}
