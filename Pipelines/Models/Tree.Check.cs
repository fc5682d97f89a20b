namespace MLPipes.Pipelines;

public sealed partial class Tree
{
    /// <summary>Category codes are below this, so that a set of them stays small.</summary>
    internal const int MaxCategories = 1 << 20;

    internal int InnerCount => SplitFeature.Length;

    internal int LeafCount => SplitFeature.Length + 1;

    /// <summary>What is wrong with the tree, in a few words; null where nothing is.</summary>
    /// <param name="features">Features of the ensemble.</param>
    /// <param name="leafWidth">Values per leaf.</param>
    internal string? FindProblem(int features, int leafWidth)
    {
        int inner = InnerCount;
        if (Threshold.Length != inner || Left.Length != inner || Right.Length != inner
            || (DefaultLeft is not null && DefaultLeft.Length != inner)
            || (Missing is not null && Missing.Length != inner)
            || (CategoriesLeft is not null && CategoriesLeft.Length != inner))
            return $"its arrays differ in length from its {inner} inner nodes";
        if (FindProblemOfLeaves(features, leafWidth) is { } leaves) return leaves;
        foreach (double value in LeafValues)
            if (!double.IsFinite(value)) return $"the leaf value {value} is not finite";
        for (int node = 0; node < inner; node++)
            if (FindProblemOf(node, features) is { } problem) return $"node {node}: {problem}";
        return FindProblemOfShape();
    }

    private string? FindProblemOfLeaves(int features, int leafWidth)
    {
        if (Lines is not null && (leafWidth != 1 || LeafRows is not null)) return "linear terms are for leaves of one value of their own";
        if (Lines?.FindProblem(LeafCount, features) is { } lines) return lines;
        if (LeafRows is null) return LeafValues.Length == (long)LeafCount * leafWidth ? null : $"{LeafValues.Length} leaf values where {LeafCount} leaves of {leafWidth} are expected";
        if (LeafRows.Length != LeafCount) return $"{LeafRows.Length} leaf rows where {LeafCount} leaves are expected";
        int rows = LeafValues.Length / leafWidth;
        if (LeafValues.Length % leafWidth != 0) return $"{LeafValues.Length} leaf values make no rows of {leafWidth}";
        foreach (int row in LeafRows)
            if ((uint)row >= (uint)rows) return $"a leaf has row {row} of {rows}";
        return null;
    }

    private string? FindProblemOf(int node, int features)
    {
        if ((uint)SplitFeature[node] >= (uint)features) return $"feature {SplitFeature[node]} is not one of {features}";
        if (Missing is not null && Missing[node] > MissingType.Zero) return $"missing type {(int)Missing[node]} is unknown";
        if (CategoriesLeft?[node] is not { } codes)
            return float.IsNaN(Threshold[node]) || float.IsPositiveInfinity(Threshold[node]) ? $"the threshold {Threshold[node]} is no finite number" : null;
        foreach (int code in codes)
            if ((uint)code >= MaxCategories) return $"category code {code} is outside [0, {MaxCategories})";
        return null;
    }

    // Every child in range, none reached twice, all reached from the root: then it is a tree, whatever the numbers looked like.
    private string? FindProblemOfShape()
    {
        int inner = InnerCount, found = 0;
        bool[] seen = new bool[inner + LeafCount];
        Stack<int> open = new();
        open.Push(inner == 0 ? ~0 : 0);
        while (open.TryPop(out int node))
        {
            if (node >= inner || ~node >= LeafCount) return $"{node} is no node of a tree with {inner} inner nodes";
            int mark = node >= 0 ? node : inner + ~node;
            if (seen[mark]) return $"node {node} is reached twice";
            seen[mark] = true;
            found++;
            if (node < 0) continue;
            open.Push(Right[node]);
            open.Push(Left[node]);
        }
        return found == seen.Length ? null : $"only {found} of {seen.Length} nodes are reached from the root";
    }
}
