namespace MLPipes.Pipelines;

/// <summary>How the features of a row become the inputs of a neural network.</summary>
/// <remarks>
/// Cells, in this order: numbers, t/√(1 + (t/3)²) of t = (x − center) · scale, 0 where missing; flags, 1 where a number is missing; pairs, −1
/// or 1 for a category of two levels, 0 where missing; one-hot groups, all 0 where missing. Then codes, one a category with an embedding.
/// Source of the smooth clipping: Holzmüller, Grinsztajn and Steinwart, Better by Default, NeurIPS 2024, section 3.
/// </remarks>
public sealed class NeuralInputs
{
    /// <summary>Features per row.</summary>
    public required int Features { get; init; }

    /// <summary>Features that are numbers.</summary>
    public required int[] Numbers { get; init; }

    /// <summary>What each number is counted from, [numbers].</summary>
    public required double[] Centers { get; init; }

    /// <summary>Factor of each number's distance from its center, [numbers].</summary>
    public required double[] Scales { get; init; }

    /// <summary>Features that have a flag for missing values.</summary>
    public int[] Flags { get; init; } = [];

    /// <summary>Features that are categories of two levels.</summary>
    public int[] Pairs { get; init; } = [];

    /// <summary>Features that are categories with one cell a level.</summary>
    public int[] Groups { get; init; } = [];

    /// <summary>Levels of each of them, [groups].</summary>
    public int[] GroupLevels { get; init; } = [];

    /// <summary>Features that are categories with an embedding.</summary>
    public int[] Coded { get; init; } = [];

    /// <summary>Codes of each of them, [coded]: the levels that have one of their own, and a last one for all others and missing values.</summary>
    public int[] Codes { get; init; } = [];

    /// <summary>Cells per row.</summary>
    internal int Cells => Numbers.Length + Flags.Length + Pairs.Length + GroupLevels.Sum();

    /// <summary>Fills the cells, which start at 0, and codes of a row.</summary>
    internal void Encode(FeatureRow row, Span<float> cells, Span<int> codes)
    {
        int at = 0;
        for (int i = 0; i < Numbers.Length; i++, at++)
        {
            float x = At(row, Numbers[i]);
            if (float.IsNaN(x)) continue;
            // Held within what float32 can square.
            double t = Math.Clamp((Math.Clamp(x, float.MinValue, float.MaxValue) - Centers[i]) * Scales[i], -1e9, 1e9);
            cells[at] = (float)(t / Math.Sqrt(1 + (t * t / 9)));
        }
        foreach (int feature in Flags) cells[at++] = float.IsNaN(At(row, feature)) ? 1 : 0;
        foreach (int feature in Pairs) cells[at++] = CodeOf(At(row, feature), 2) switch { 0 => -1, 1 => 1, _ => 0 };
        for (int i = 0; i < Groups.Length; i++)
        {
            int code = CodeOf(At(row, Groups[i]), GroupLevels[i]);
            if (code < GroupLevels[i]) cells[at + code] = 1;
            at += GroupLevels[i];
        }
        for (int i = 0; i < Coded.Length; i++) codes[i] = CodeOf(At(row, Coded[i]), Codes[i] - 1);
    }

    /// <summary>The same, and behind <paramref name="between"/> further inputs the embedding of each code.</summary>
    /// <param name="row">[features].</param>
    /// <param name="embeddings">[codes of all categories × embedding width].</param>
    /// <param name="between">Inputs between cells and embeddings, left as they are.</param>
    /// <param name="into">Starts at 0.</param>
    internal void Encode(FeatureRow row, float[] embeddings, int between, Span<float> into)
    {
        const int Width = NeuralParts.EmbeddingWidth;
        Span<int> codes = stackalloc int[Math.Min(Coded.Length, 256)];
        if (Coded.Length > codes.Length) codes = new int[Coded.Length];
        Encode(row, into, codes);
        for (int c = 0, first = 0, at = Cells + between; c < codes.Length; first += Codes[c++], at += Width)
            embeddings.AsSpan((first + codes[c]) * Width, Width).CopyTo(into[at..]);
    }

    internal string? FindProblem()
    {
        if (Numbers.Length != Centers.Length || Numbers.Length != Scales.Length) return "numbers, centers and scales do not fit together";
        if (Groups.Length != GroupLevels.Length || Coded.Length != Codes.Length) return "categories and their levels do not fit together";
        foreach (int[] features in (int[][])[Numbers, Flags, Pairs, Groups, Coded])
            foreach (int feature in features) if ((uint)feature >= (uint)Features) return $"feature {feature} is not one of {Features}";
        foreach (double center in Centers) if (!double.IsFinite(center)) return "a center is not finite";
        foreach (double scale in Scales) if (!double.IsFinite(scale) || scale < 0) return "a scale is not finite or below 0";
        foreach (int levels in (int[])[.. GroupLevels, .. Codes]) if (levels is < 1 or > 1 << 20) return $"a category of {levels} levels";
        return GroupLevels.Sum(l => (long)l) + Numbers.Length > 1 << 24 ? "too many cells" : null;
    }

    internal void Write(PlainWriter writer)
    {
        writer.Int(Features);
        writer.Ints(Numbers);
        writer.Doubles(Centers);
        writer.Doubles(Scales);
        foreach (int[] features in (int[][])[Flags, Pairs, Groups, GroupLevels, Coded, Codes]) writer.Ints(features);
    }

    internal static NeuralInputs Read(PlainReader reader) => new()
    {
        Features = reader.Int(0, int.MaxValue),
        Numbers = reader.Ints(),
        Centers = reader.Doubles(),
        Scales = reader.Doubles(),
        Flags = reader.Ints(),
        Pairs = reader.Ints(),
        Groups = reader.Ints(),
        GroupLevels = reader.Ints(),
        Coded = reader.Ints(),
        Codes = reader.Ints(),
    };

    // The code itself, or levels for one that is missing or unknown.
    private static int CodeOf(float x, int levels) => x >= 0 && x < levels ? (int)x : levels;

    private static float At(FeatureRow row, int feature)
    {
        if (!row.IsSparse) return row.Values[feature];
        int at = row.Indices.BinarySearch(feature);
        return at < 0 ? 0 : row.Values[at];
    }
}
