using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>The values that an ensemble's splits look at: one slot per feature and way of treating its missing values.</summary>
/// <remarks>
/// Filling the slots once per row moves all treatment of missing values and categories out of the walk down the trees: a numeric
/// slot holds −∞ or +∞ in place of what is missing, so that a plain <c>&gt;</c> sends it to its default side, and never NaN; a
/// categorical slot holds the code's bits. It also makes rows small where few of many features are used, and dense where they are
/// sparse. Numeric slots come first, padded to whole vectors, then categorical ones, each by feature.
/// </remarks>
internal sealed class TreeSlots
{
    /// <summary>The code in a categorical slot whose value is no code.</summary>
    public const int NoCode = Tree.MaxCategories;

    private const float ZeroBand = 1e-35f; // LightGBM's kZeroThreshold
    private const float NoBand = -1; // no magnitude is at most this
    private static readonly int lanes = Vector256<float>.Count;

    private readonly record struct Key(bool IsCode, int Feature, float Band, float Replacement);

    private readonly Dictionary<Key, int> slotOf = [];
    private readonly int[] numericFeatures;
    private readonly int[] codeFeatures;
    private readonly float[] bands; // [padded numeric slots]: values up to this magnitude are missing too
    private readonly float[] replacements; // [padded numeric slots]: what stands for missing
    private readonly bool isRun; // numeric slots are features in a row, at least a vector of them

    /// <summary>Gathers the slots of all splits; after it <see cref="SlotOf"/> answers.</summary>
    public TreeSlots(Tree[] trees)
    {
        HashSet<Key> keys = [];
        foreach (Tree tree in trees)
            for (int node = 0; node < tree.InnerCount; node++) keys.Add(KeyOf(tree, node));
        Key[] numeric = [.. keys.Where(k => !k.IsCode).OrderBy(k => k.Feature).ThenBy(k => k.Band).ThenBy(k => k.Replacement)];
        Key[] codes = [.. keys.Where(k => k.IsCode).OrderBy(k => k.Feature)];
        numericFeatures = [.. numeric.Select(k => k.Feature)];
        codeFeatures = [.. codes.Select(k => k.Feature)];
        int padded = (numeric.Length + lanes - 1) / lanes * lanes;
        bands = new float[padded];
        replacements = new float[padded];
        for (int i = 0; i < numeric.Length; i++)
        {
            slotOf[numeric[i]] = i;
            bands[i] = numeric[i].Band;
            replacements[i] = numeric[i].Replacement;
        }
        for (int i = 0; i < codes.Length; i++) slotOf[codes[i]] = padded + i;
        isRun = numeric.Length >= lanes && numericFeatures[^1] - numericFeatures[0] == numeric.Length - 1 && numericFeatures.Distinct().Count() == numeric.Length;
    }

    /// <summary>Number of slots, at least 1 so that a leaf can look at one.</summary>
    public int Count => Math.Max(1, bands.Length + codeFeatures.Length);

    public int SlotOf(Tree tree, int node) => slotOf[KeyOf(tree, node)];

    /// <summary>Fills <paramref name="slots"/> ([slots]) from one row.</summary>
    public void Fill(FeatureRow row, Span<float> slots)
    {
        Span<float> numeric = slots[..numericFeatures.Length], codes = slots.Slice(bands.Length, codeFeatures.Length);
        ReadOnlySpan<float> from = slots[..bands.Length];
        if (!row.IsSparse && isRun) from = row.Values.Slice(numericFeatures[0], numeric.Length);
        else Copy(row, numericFeatures, numeric);
        Copy(row, codeFeatures, codes);

        // In place the last vector is whole; of a row it begins earlier, where values are treated again from the start.
        for (int i = 0; i < from.Length; i += lanes) Treat(from, Math.Min(i, from.Length - lanes), slots);
        // Cut to an integer as LightGBM does, so −0.5 is code 0.
        for (int i = 0; i < codes.Length; i++)
            codes[i] = BitConverter.Int32BitsToSingle(codes[i] > -1 && codes[i] < NoCode ? (int)codes[i] : NoCode);
    }

    // Puts what stands for missing in the place of what is missing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Treat(ReadOnlySpan<float> from, int at, Span<float> slots)
    {
        Vector256<float> values = Vector256.Create(from[at..]), band = Vector256.Create(bands, at), replacement = Vector256.Create(replacements, at);
        // False for NaN too, whatever the band.
        Vector256<float> isThere = Vector256.GreaterThan(Vector256.Abs(values), band);
        Vector256.ConditionalSelect(isThere, values, replacement).CopyTo(slots[at..]);
    }

    private static void Copy(FeatureRow row, int[] features, Span<float> slots)
    {
        ReadOnlySpan<float> values = row.Values;
        if (!row.IsSparse)
        {
            for (int i = 0; i < features.Length; i++) slots[i] = values[features[i]];
            return;
        }
        FeatureCursor cursor = new(row);
        for (int i = 0; i < features.Length; i++) slots[i] = cursor.At(features[i]);
    }

    private static Key KeyOf(Tree tree, int node)
    {
        int feature = tree.SplitFeature[node];
        if (tree.CategoriesLeft?[node] is not null) return new Key(IsCode: true, feature, 0, 0);
        float side = tree.DefaultLeft?[node] == true ? float.NegativeInfinity : float.PositiveInfinity;
        return (tree.Missing?[node] ?? MissingType.NaN) switch
        {
            MissingType.None => new Key(false, feature, NoBand, 0),
            MissingType.Zero => new Key(false, feature, ZeroBand, side),
            _ => new Key(false, feature, NoBand, side),
        };
    }
}
