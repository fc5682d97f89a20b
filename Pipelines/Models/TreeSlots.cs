namespace MLPipes.Pipelines;

/// <summary>The values that an ensemble's splits look at: one slot per feature and way of treating its missing values.</summary>
/// <remarks>
/// Filling the slots once per row moves all treatment of missing values and categories out of the walk down the trees: a numeric
/// slot holds −∞ or +∞ in place of what is missing, so that a plain <c>≤</c> sends it to its default side; a categorical slot holds
/// the code's bits. It also makes rows small where few of many features are used, and dense where they are sparse.
/// </remarks>
internal sealed class TreeSlots
{
    /// <summary>The code in a categorical slot whose value is no code.</summary>
    public const int NoCode = Tree.MaxCategories;

    private const float ZeroBand = 1e-35f; // LightGBM's kZeroThreshold

    private enum Reading : byte { NaNIsZero, NaNRight, NaNLeft, ZeroRight, ZeroLeft, Code }

    private readonly List<(int Feature, Reading Reading)> keys = [];
    private readonly Dictionary<(int, Reading), int> known = [];
    private int[] features = [];
    private Reading[] readings = [];

    public int Count => features.Length;

    /// <summary>Gathers the slots of all splits; after it <see cref="SlotOf"/> answers.</summary>
    public TreeSlots(Tree[] trees)
    {
        foreach (Tree tree in trees)
        {
            for (int node = 0; node < tree.InnerCount; node++) known[KeyOf(tree, node)] = 0;
        }
        keys.AddRange(known.Keys);
        keys.Sort();
        for (int i = 0; i < keys.Count; i++) known[keys[i]] = i;
        features = [.. keys.Select(k => k.Feature)];
        readings = [.. keys.Select(k => k.Reading)];
    }

    public int SlotOf(Tree tree, int node) => known[KeyOf(tree, node)];

    /// <summary>Fills <paramref name="slots"/> ([slots]) from one row.</summary>
    public void Fill(FeatureRow row, Span<float> slots)
    {
        ReadOnlySpan<float> values = row.Values;
        if (!row.IsSparse)
        {
            for (int i = 0; i < features.Length; i++) slots[i] = Read(values[features[i]], readings[i]);
            return;
        }
        ReadOnlySpan<int> indices = row.Indices;
        int at = 0;
        for (int i = 0; i < features.Length; i++)
        {
            while (at < indices.Length && indices[at] < features[i]) at++;
            slots[i] = Read(at < indices.Length && indices[at] == features[i] ? values[at] : 0, readings[i]);
        }
    }

    private static float Read(float value, Reading reading)
    {
        switch (reading)
        {
            case Reading.NaNRight: return float.IsNaN(value) ? float.PositiveInfinity : value;
            case Reading.NaNLeft: return float.IsNaN(value) ? float.NegativeInfinity : value;
            case Reading.NaNIsZero: return float.IsNaN(value) ? 0 : value;
            case Reading.ZeroRight: return float.IsNaN(value) || MathF.Abs(value) <= ZeroBand ? float.PositiveInfinity : value;
            case Reading.ZeroLeft: return float.IsNaN(value) || MathF.Abs(value) <= ZeroBand ? float.NegativeInfinity : value;
            // Cut to an integer as LightGBM does, so −0.5 is code 0.
            default: return BitConverter.Int32BitsToSingle(value > -1 && value < NoCode ? (int)value : NoCode);
        }
    }

    private static (int, Reading) KeyOf(Tree tree, int node)
    {
        bool left = tree.DefaultLeft?[node] == true;
        Reading reading = tree.CategoriesLeft?[node] is not null
            ? Reading.Code
            : (tree.Missing?[node] ?? MissingType.NaN) switch
            {
                MissingType.None => Reading.NaNIsZero,
                MissingType.Zero => left ? Reading.ZeroLeft : Reading.ZeroRight,
                _ => left ? Reading.NaNLeft : Reading.NaNRight,
            };
        return (tree.SplitFeature[node], reading);
    }
}
