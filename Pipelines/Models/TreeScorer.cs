using System.Buffers;
using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>An ensemble laid out for scoring: all nodes in one array, siblings side by side, leaves as nodes that lead to themselves.</summary>
internal sealed class TreeScorer
{
    private const long MaxSetWords = 1 << 24;
    private const int StackSlots = 512, StackOutputs = 64;

    /// <summary>Left child at <c>Left</c>, right child behind it. A leaf has an infinite threshold and leads to itself.</summary>
    private struct Node
    {
        public float Threshold;
        public int Slot;
        public int Left;
        public int Set; // -1: numeric; else where its codes start in setWords
        public int SetBits;
    }

    private readonly TreeSlots slots;
    private readonly Node[] nodes;
    private readonly int[] roots;
    private readonly int[] leafAt; // [nodes]: where a leaf's values start; -1 for inner nodes
    private readonly double[] leafValues;
    private readonly uint[] setWords; // bit set: the code goes left
    private readonly int[] treeOutputs;
    private readonly double[] biases;
    private readonly double scale;

    public TreeScorer(Tree[] trees, int[] treeOutputs, double[] biases, double scale)
    {
        slots = new TreeSlots(trees);
        this.treeOutputs = treeOutputs;
        this.biases = biases;
        this.scale = scale;
        int total = trees.Sum(t => t.InnerCount + t.LeafCount);
        nodes = new Node[total];
        leafAt = new int[total];
        roots = new int[trees.Length];
        List<uint> words = [];
        List<double> values = [];
        int next = 0;
        Queue<(int From, int To)> open = new();
        for (int t = 0; t < trees.Length; t++)
        {
            Tree tree = trees[t];
            int width = treeOutputs[t] == TreeEnsembleModel.AllOutputs ? biases.Length : 1;
            roots[t] = next++;
            open.Enqueue((tree.InnerCount == 0 ? ~0 : 0, roots[t]));
            while (open.TryDequeue(out (int From, int To) step))
            {
                ref Node node = ref nodes[step.To];
                node.Set = -1;
                if (step.From < 0)
                {
                    node.Threshold = float.PositiveInfinity;
                    node.Left = step.To;
                    leafAt[step.To] = values.Count + (~step.From * width);
                    continue;
                }
                leafAt[step.To] = -1;
                node.Threshold = tree.Threshold[step.From];
                node.Slot = slots.SlotOf(tree, step.From);
                node.Left = next;
                if (tree.CategoriesLeft?[step.From] is { } codes) AddSet(ref node, codes, words);
                open.Enqueue((tree.Left[step.From], next++));
                open.Enqueue((tree.Right[step.From], next++));
            }
            values.AddRange(tree.LeafValues);
        }
        leafValues = [.. values];
        setWords = [.. words];
    }

    /// <summary>What keeps <paramref name="trees"/> from being laid out; null where nothing does.</summary>
    public static string? FindProblem(Tree[] trees)
    {
        long words = 0, nodes = 0, values = 0;
        foreach (Tree tree in trees)
        {
            nodes += tree.InnerCount + tree.LeafCount;
            values += tree.LeafValues.Length;
            foreach (int[]? codes in tree.CategoriesLeft ?? [])
                if (codes is { Length: > 0 }) words += (codes.Max() / 32) + 1;
        }
        return words > MaxSetWords || nodes > int.MaxValue / 2 || values > int.MaxValue / 2
            ? $"An ensemble of {nodes} nodes with {words} words of category sets is beyond what fits."
            : null;
    }

    [SkipLocalsInit]
    public void Score(FeatureRow row, Span<float> scores)
    {
        float[]? rentedSlots = null;
        double[]? rentedSums = null;
        Span<float> slotValues = slots.Count <= StackSlots ? stackalloc float[StackSlots] : rentedSlots = ArrayPool<float>.Shared.Rent(slots.Count);
        Span<double> sums = biases.Length <= StackOutputs ? stackalloc double[StackOutputs] : rentedSums = ArrayPool<double>.Shared.Rent(biases.Length);
        slotValues = slotValues[..slots.Count];
        sums = sums[..biases.Length];
        slots.Fill(row, slotValues);
        sums.Clear();
        for (int t = 0; t < roots.Length; t++) AddLeaf(t, FindLeaf(roots[t], slotValues), sums);
        for (int k = 0; k < sums.Length; k++) scores[k] = (float)(biases[k] + (scale * sums[k]));
        if (rentedSlots is not null) ArrayPool<float>.Shared.Return(rentedSlots);
        if (rentedSums is not null) ArrayPool<double>.Shared.Return(rentedSums);
    }

    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        int outputs = biases.Length;
        for (int i = 0; i < count; i++) Score(rows.Row(start + i), scores.Slice(i * outputs, outputs));
    }

    private static void AddSet(ref Node node, int[] codes, List<uint> words)
    {
        int length = codes.Length == 0 ? 0 : (codes.Max() / 32) + 1;
        node.Set = words.Count;
        node.SetBits = length * 32;
        uint[] set = new uint[length];
        foreach (int code in codes) set[code >> 5] |= 1u << (code & 31);
        words.AddRange(set);
    }

    private int FindLeaf(int at, ReadOnlySpan<float> slotValues)
    {
        while (leafAt[at] < 0)
        {
            ref Node node = ref nodes[at];
            bool left;
            if (node.Set < 0) left = slotValues[node.Slot] <= node.Threshold;
            else
            {
                int code = BitConverter.SingleToInt32Bits(slotValues[node.Slot]);
                left = code < node.SetBits && ((setWords[node.Set + (code >> 5)] >> (code & 31)) & 1) != 0;
            }
            at = left ? node.Left : node.Left + 1;
        }
        return leafAt[at];
    }

    private void AddLeaf(int tree, int leaf, Span<double> sums)
    {
        int output = treeOutputs[tree];
        if (output != TreeEnsembleModel.AllOutputs) sums[output] += leafValues[leaf];
        else
            for (int k = 0; k < sums.Length; k++) sums[k] += leafValues[leaf + k];
    }
}
