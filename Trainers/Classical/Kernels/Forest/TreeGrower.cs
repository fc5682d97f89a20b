using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Grows one tree after another from the same rows; holds the buffers of one thread.</summary>
internal sealed class TreeGrower(ForestRows data, INodeStats stats, ISplitSearch search, ForestPlan plan)
{
    // Looking at the clock for every small node would cost more than the node.
    private const int RowsPerLook = 4096;

    private readonly int[] features = [.. Enumerable.Range(0, data.Features)];
    private readonly int[] rows = new int[data.Rows];
    private readonly int[] moved = new int[data.Rows];
    private readonly float[] drawn = new float[data.Rows];
    private readonly Stack<(int Start, int Count, int Depth, int Parent, bool IsLeft)> open = new();

    private readonly List<int> splitFeature = [];
    private readonly List<float> threshold = [];
    private readonly List<int> left = [];
    private readonly List<int> right = [];
    private readonly List<bool> missingLeft = [];
    private readonly List<int[]?> codes = [];
    private readonly LeafStore leaves = new(stats.LeafWidth);

    /// <summary>Grows the tree numbered <paramref name="number"/>.</summary>
    /// <param name="weights">[rows]; rows of weight 0 are left out.</param>
    /// <param name="number">Number of the tree, from 0; its randomness follows from it and the seed alone.</param>
    /// <param name="context">Seed, clock and cancellation.</param>
    /// <param name="hurries">Whether a tree that runs out of time is closed with the nodes open as leaves, instead of being given up.</param>
    /// <param name="keepSeen">Whether to tell the rows that it was grown on.</param>
    /// <returns>Null when it ran out of time and was given up.</returns>
    public GrownTree? Grow(float[] weights, int number, FitContext context, bool hurries, bool keepSeen)
    {
        SplitMix random = new(context.Seed, number);
        Clear();
        float[] rowWeights = plan.Bootstrap ? Bootstrap(weights, ref random) : weights;
        int count = 0, sinceLook = 0;
        for (int r = 0; r < data.Rows; r++) if (rowWeights[r] > 0) rows[count++] = r;
        RowSet? seen = keepSeen ? new RowSet(data.Rows) : null;
        for (int i = 0; seen is not null && i < count; i++) seen.Add(rows[i]);
        bool outOfTime = false;
        open.Push((0, count, 0, -1, false));
        while (open.TryPop(out var node))
        {
            sinceLook += node.Count;
            if (sinceLook >= RowsPerLook)
            {
                sinceLook = 0;
                context.Cancel.ThrowIfCancellationRequested();
                outOfTime |= context.IsOutOfTime;
                if (outOfTime && !hurries) return null;
            }
            Span<int> held = rows.AsSpan(node.Start, node.Count);
            stats.Load(held, rowWeights);
            NodeSplit split = outOfTime || node.Depth >= plan.MaxDepth || node.Count < 2 * plan.MinLeaf || stats.IsPure ? NodeSplit.None : FindSplit(held, ref random);
            if (double.IsNegativeInfinity(split.Gain))
            {
                Attach(node.Parent, node.IsLeft, ~leaves.Count);
                stats.AddLeaf(leaves.Values);
                leaves.Close();
                continue;
            }
            int at = AddNode(split);
            Attach(node.Parent, node.IsLeft, at);
            int toLeft = Partition(held, split);
            open.Push((node.Start + toLeft, node.Count - toLeft, node.Depth + 1, at, false));
            open.Push((node.Start, toLeft, node.Depth + 1, at, true));
        }
        return new GrownTree(ToTree(), seen);
    }

    /// <summary>The best split of features drawn without replacement; constant ones count, but at least one that is not is looked at.</summary>
    private NodeSplit FindSplit(ReadOnlySpan<int> held, ref SplitMix random)
    {
        NodeSplit best = NodeSplit.None;
        bool varied = false;
        for (int i = 0; i < features.Length && (i < plan.FeaturesPerSplit || !varied); i++)
        {
            int other = i + random.Below(features.Length - i);
            (features[i], features[other]) = (features[other], features[i]);
            if (search.Find(features[i], held, stats, plan.MinLeaf, ref random) is not { } found) continue;
            varied = true;
            if (found.Gain > best.Gain) best = found;
        }
        return best;
    }

    private float[] Bootstrap(float[] weights, ref SplitMix random)
    {
        Array.Clear(drawn);
        for (int i = 0; i < drawn.Length; i++)
        {
            int row = random.Below(drawn.Length);
            drawn[row] += weights[row];
        }
        // All draws of a small weighted sample may have weight 0.
        return drawn.AsSpan().IndexOfAnyExcept(0f) >= 0 ? drawn : weights;
    }

    private int AddNode(in NodeSplit split)
    {
        splitFeature.Add(split.Feature);
        threshold.Add(split.Threshold);
        missingLeft.Add(split.MissingLeft);
        // In ascending order, to be searched.
        if (split.Codes is not null) Array.Sort(split.Codes);
        codes.Add(split.Codes);
        left.Add(0);
        right.Add(0);
        return splitFeature.Count - 1;
    }

    private void Attach(int parent, bool isLeft, int child)
    {
        if (parent < 0) return;
        if (isLeft) left[parent] = child;
        else right[parent] = child;
    }

    /// <summary>Moves the rows that go left to the front, keeping their order on both sides; returns how many.</summary>
    private int Partition(Span<int> held, in NodeSplit split)
    {
        float[] column = data.Column(split.Feature);
        int limit = data.Categories[split.Feature], toLeft = 0, toRight = 0;
        if (split.Codes is null && !data.HasMissing(split.Feature))
        {
            foreach (int row in held)
            {
                // Written to both sides, so that there is no branch to guess wrong; one of them moves on.
                bool isRight = column[row] > split.Threshold;
                held[toLeft] = row;
                moved[toRight] = row;
                toLeft += isRight ? 0 : 1;
                toRight += isRight ? 1 : 0;
            }
            moved.AsSpan(0, toRight).CopyTo(held[toLeft..]);
            return toLeft;
        }
        HashSet<int>? set = split.Codes is null ? null : [.. split.Codes];
        foreach (int row in held)
        {
            float value = column[row];
            bool goesLeft = set is not null ? DrawnSplits.Holds(value, limit) && set.Contains((int)value)
                : float.IsNaN(value) ? split.MissingLeft : value <= split.Threshold;
            if (goesLeft) held[toLeft++] = row;
            else moved[toRight++] = row;
        }
        moved.AsSpan(0, toRight).CopyTo(held[toLeft..]);
        return toLeft;
    }

    private void Clear()
    {
        open.Clear();
        splitFeature.Clear();
        threshold.Clear();
        left.Clear();
        right.Clear();
        missingLeft.Clear();
        codes.Clear();
        leaves.Clear();
        // The order left behind by the last tree must not reach the next.
        for (int f = 0; f < features.Length; f++) features[f] = f;
    }

    private Tree ToTree() => splitFeature.Count == 0 ? Tree.Leaf(leaves.ToValues()) : new Tree
    {
        SplitFeature = [.. splitFeature], Threshold = [.. threshold], Left = [.. left], Right = [.. right], LeafValues = leaves.ToValues(), LeafRows = leaves.ToRows(),
        DefaultLeft = [.. missingLeft], CategoriesLeft = codes.TrueForAll(c => c is null) ? null : [.. codes],
    };
}
