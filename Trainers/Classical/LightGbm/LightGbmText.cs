using System.Globalization;
using System.Runtime.InteropServices;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Reads trees from LightGBM's text model (version v4: gbdt_model_text.cpp and Tree::ToString).</summary>
/// <remarks>
/// A tree is a block of <c>key=value</c> lines behind <c>Tree=i</c>; blocks of one iteration follow each other by class. decision_type
/// holds bit 0: categorical, bit 1: missing goes left, bits 2-3: what is missing (0 nothing, 1 zero, 2 NaN). A categorical node's
/// threshold is its index into cat_boundaries, which cuts cat_threshold into bit sets of the codes that go left. Where is_linear is 1,
/// leaf_const starts each leaf's sum, num_features says how many of leaf_features and leaf_coeff are the leaf's, and leaf_value stands
/// for rows that lack one of these features.
/// </remarks>
internal ref struct LightGbmText(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;
    private int[] splitFeature = [];
    private double[] threshold = [];
    private int[] decisions = [];
    private int[] left = [];
    private int[] right = [];
    private double[] leafValues = [];
    private int[] boundaries = [];
    private uint[] bits = [];
    private double[] constants = [];
    private int[] termCounts = [];
    private int[] termFeatures = [];
    private double[] coefficients = [];

    /// <summary>Moves to the next tree; false after the last.</summary>
    /// <exception cref="TrainingException">The text is not what this version of the library writes.</exception>
    public bool TryReadTree(out Tree tree)
    {
        tree = null!;
        while (!NextLine().StartsWith("Tree="u8))
            if (rest.IsEmpty || rest.StartsWith("end of trees"u8)) return false;
        int leaves = 0;
        bool isLinear = false;
        (boundaries, bits) = ([], []);
        while (NextLine() is { IsEmpty: false } line)
        {
            int equals = line.IndexOf((byte)'=');
            if (equals < 0) throw Unreadable(line);
            ReadOnlySpan<byte> key = line[..equals], value = line[(equals + 1)..];
            if (key.SequenceEqual("num_leaves"u8)) leaves = Number<int>(value);
            else if (key.SequenceEqual("split_feature"u8)) splitFeature = Numbers<int>(value, leaves - 1);
            else if (key.SequenceEqual("threshold"u8)) threshold = Numbers<double>(value, leaves - 1);
            else if (key.SequenceEqual("decision_type"u8)) decisions = Numbers<int>(value, leaves - 1);
            else if (key.SequenceEqual("left_child"u8)) left = Numbers<int>(value, leaves - 1);
            else if (key.SequenceEqual("right_child"u8)) right = Numbers<int>(value, leaves - 1);
            else if (key.SequenceEqual("leaf_value"u8)) leafValues = Numbers<double>(value, leaves);
            else if (key.SequenceEqual("cat_boundaries"u8)) boundaries = Numbers<int>(value, expected: -1);
            else if (key.SequenceEqual("cat_threshold"u8)) bits = Numbers<uint>(value, expected: -1);
            else if (key.SequenceEqual("is_linear"u8)) isLinear = Number<int>(value) != 0;
            else if (key.SequenceEqual("leaf_const"u8)) constants = Numbers<double>(value, leaves);
            else if (key.SequenceEqual("num_features"u8)) termCounts = Numbers<int>(value, leaves);
            else if (key.SequenceEqual("leaf_features"u8)) termFeatures = Numbers<int>(value, expected: -1);
            else if (key.SequenceEqual("leaf_coeff"u8)) coefficients = Numbers<double>(value, expected: -1);
        }
        if (leaves < 1 || leafValues.Length != leaves) throw Unreadable("a tree without leaves"u8);
        LeafLines? lines = isLinear ? Lines(leaves) : null;
        tree = leaves == 1 ? new Tree { SplitFeature = [], Threshold = [], Left = [], Right = [], LeafValues = leafValues, Lines = lines } : Assemble(lines);
        return true;
    }

    /// <summary>The linear terms of all leaves, ascending by feature within each.</summary>
    private readonly LeafLines Lines(int leaves)
    {
        if (constants.Length != leaves || termCounts.Length != leaves || termFeatures.Length != coefficients.Length) throw Unreadable("linear leaves"u8);
        int[] starts = new int[leaves + 1];
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            if (termCounts[leaf] < 0 || termCounts[leaf] > termFeatures.Length - starts[leaf]) throw Unreadable("linear leaves"u8);
            starts[leaf + 1] = starts[leaf] + termCounts[leaf];
            termFeatures.AsSpan(starts[leaf], termCounts[leaf]).Sort(coefficients.AsSpan(starts[leaf], termCounts[leaf]));
        }
        if (starts[leaves] != termFeatures.Length) throw Unreadable("linear leaves"u8);
        foreach (double number in (ReadOnlySpan<double>)[.. constants, .. coefficients])
            if (!double.IsFinite(number))
                throw new TrainingException(nameof(LightGbm), $"a linear leaf came out as {number}; raise LinearLambda, scale the features, or turn LinearLeaves off.");
        return new LeafLines { Constants = constants, Starts = starts, Features = termFeatures, Coefficients = coefficients };
    }

    private readonly Tree Assemble(LeafLines? lines)
    {
        int nodes = splitFeature.Length;
        float[] thresholds = new float[nodes];
        bool[] missingLeft = new bool[nodes];
        MissingType[] missing = new MissingType[nodes];
        int[]?[]? categories = boundaries.Length == 0 ? null : new int[nodes][];
        for (int node = 0; node < nodes; node++)
        {
            if ((decisions[node] & 1) != 0)
            {
                if (categories is null) throw Unreadable("a categorical split without categories"u8);
                categories[node] = Codes((int)threshold[node]);
                continue;
            }
            thresholds[node] = Tree.RoundDown(threshold[node]);
            missingLeft[node] = (decisions[node] & 2) != 0;
            missing[node] = (decisions[node] >> 2) switch { 0 => MissingType.None, 1 => MissingType.Zero, _ => MissingType.NaN };
        }
        return new Tree
        {
            SplitFeature = splitFeature, Threshold = thresholds, Left = left, Right = right, LeafValues = leafValues,
            DefaultLeft = missingLeft, Missing = missing, CategoriesLeft = categories, Lines = lines,
        };
    }

    private readonly int[] Codes(int set)
    {
        if (set < 0 || set + 1 >= boundaries.Length || boundaries[set + 1] > bits.Length) throw Unreadable("a categorical split outside its table"u8);
        List<int> codes = [];
        for (int word = boundaries[set]; word < boundaries[set + 1]; word++)
            for (int bit = 0; bit < 32; bit++)
                if ((bits[word] >> bit & 1) != 0) codes.Add(((word - boundaries[set]) * 32) + bit);
        return [.. codes];
    }

    private ReadOnlySpan<byte> NextLine()
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line;
    }

    private static T[] Numbers<T>(ReadOnlySpan<byte> text, int expected) where T : struct, IUtf8SpanParsable<T>
    {
        List<T> values = new(Math.Max(4, expected));
        foreach (Range range in text.Split((byte)' '))
            if (!text[range].IsEmpty) values.Add(Number<T>(text[range]));
        if (expected >= 0 && values.Count != expected) throw Unreadable(text);
        return CollectionsMarshal.AsSpan(values).ToArray();
    }

    private static T Number<T>(ReadOnlySpan<byte> text) where T : struct, IUtf8SpanParsable<T>
    {
        if (T.TryParse(text, CultureInfo.InvariantCulture, out T value)) return value;
        // C++ spells them so. Infinity is the threshold of a split between all numbers and NaN; linear leaves can come out as any.
        ReadOnlySpan<byte> word = text.SequenceEqual("inf"u8) ? "Infinity"u8 : text.SequenceEqual("-inf"u8) ? "-Infinity"u8
            : text.SequenceEqual("nan"u8) || text.SequenceEqual("-nan"u8) ? "NaN"u8 : default;
        return !word.IsEmpty && T.TryParse(word, CultureInfo.InvariantCulture, out value) ? value : throw Unreadable(text);
    }

    private static TrainingException Unreadable(ReadOnlySpan<byte> what) =>
        new(nameof(LightGbm), $"the native library's model can't be read ('{System.Text.Encoding.UTF8.GetString(what[..Math.Min(80, what.Length)])}'); "
            + "a library of another version than 4.7.0 is probably in its place.");
}
