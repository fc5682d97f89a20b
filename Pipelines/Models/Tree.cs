namespace MLPipes.Pipelines;

/// <summary>One decision tree as plain arrays: the form that trainers hand to <see cref="TreeEnsembleBuilder"/> and that files hold.</summary>
/// <remarks>
/// Inner nodes are numbered from 0, and node 0 is the root; leaves are numbered from 0 on their own. A child is an inner node's
/// number where it is ≥ 0, and <c>~leaf</c> (that is, −1 − leaf) where it is negative, as LightGBM and ML.NET's FastTree have it. A
/// tree of n inner nodes has n + 1 leaves; a tree without inner nodes is its leaf 0.
/// <para>
/// A numeric node sends a row left where <c>value ≤ threshold</c>, else right; what is missing (<see cref="Missing"/>) goes to the
/// default side instead. A categorical node sends a row left where the value, cut to an integer, is one of its codes;
/// NaN, negative and unknown codes go right, and neither <see cref="Missing"/> nor <see cref="DefaultLeft"/> applies.
/// </para>
/// Nothing is checked here; <see cref="TreeEnsembleBuilder.Add(Tree, int)"/> does. The arrays are kept, not copied.
/// </remarks>
public sealed partial class Tree
{
    /// <summary>The feature that each inner node looks at, [inner nodes].</summary>
    public required int[] SplitFeature { get; init; }

    /// <summary>The largest value that goes left, [inner nodes]; unused at categorical nodes. For float64 thresholds see <see cref="RoundDown"/>.</summary>
    public required float[] Threshold { get; init; }

    /// <summary>The left child, [inner nodes].</summary>
    public required int[] Left { get; init; }

    /// <summary>The right child, [inner nodes].</summary>
    public required int[] Right { get; init; }

    /// <summary>[leaves], or [leaves × outputs] row-major in a tree that adds to all outputs; fewer rows where leaves share them by <see cref="LeafRows"/>.</summary>
    public required double[] LeafValues { get; init; }

    /// <summary>The row of <see cref="LeafValues"/> that each leaf has, [leaves], so that equal leaves are held once; null: leaf i has row i.</summary>
    public int[]? LeafRows { get; init; }

    /// <summary>Linear terms of the leaves, in a tree of one value a leaf; null: leaves are constants.</summary>
    public LeafLines? Lines { get; init; }

    /// <summary>Whether missing values go left, [inner nodes]; null: they go right everywhere.</summary>
    public bool[]? DefaultLeft { get; init; }

    /// <summary>What counts as missing, [inner nodes]; null: <see cref="MissingType.NaN"/> everywhere.</summary>
    public MissingType[]? Missing { get; init; }

    /// <summary>The category codes that go left, [inner nodes] with null at numeric nodes; null: all nodes are numeric.</summary>
    public int[]?[]? CategoriesLeft { get; init; }

    /// <summary>A tree that is one leaf: adds <paramref name="values"/> to every row.</summary>
    public static Tree Leaf(params double[] values) => new() { SplitFeature = [], Threshold = [], Left = [], Right = [], LeafValues = values };

    /// <summary>The float32 threshold that splits float32 values as <paramref name="threshold"/> does: the largest float32 not above it.</summary>
    /// <remarks>Thresholds beyond float32's range become ±<see cref="float.MaxValue"/> or −∞; among finite values that changes nothing.</remarks>
    public static float RoundDown(double threshold)
    {
        float rounded = (float)threshold;
        if (rounded > threshold) rounded = MathF.BitDecrement(rounded);
        return float.IsPositiveInfinity(rounded) ? float.MaxValue : rounded;
    }
}
