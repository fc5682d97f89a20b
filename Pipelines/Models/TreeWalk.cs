using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>Walks down eight trees for one row, or down one tree for eight rows, side by side and without branches on the data.</summary>
/// <remarks>
/// A walk waits on memory at each step, and its next step is a coin toss to the branch predictor. Eight walks at once fill the wait,
/// and a step that computes its child has nothing to predict. Walks that have arrived stay at their leaf, which leads to itself,
/// until the deepest has. Runs on any machine.
/// </remarks>
internal sealed unsafe class TreeWalk
{
    public const int Lanes = 8;

    private const int NodeShift = 4; // log2 of the size of a node

    /// <summary>Where the walk goes on: at byte Left of the nodes, or at the node behind it where the slot's value is above the threshold.</summary>
    private struct Node
    {
        public float Threshold; // +∞ at a leaf and at categories, which nothing is above
        public int Slot;
        public int Left;
        public int Leaf; // index of the leaf values; 0 at inner nodes
    }

    /// <summary>Whether a node sends a code right: bit Start + min(code, Last) of the words. A numeric node reads bit 0, a zero.</summary>
    private struct CodeSet
    {
        public int Start;
        public uint Last;
    }

    private interface ICodes
    {
        static abstract bool Any { get; }
    }

    private readonly struct NoCodes : ICodes
    {
        public static bool Any => false;
    }

    private readonly struct WithCodes : ICodes
    {
        public static bool Any => true;
    }

    private readonly Node[] nodes;
    private readonly int[] roots; // [trees], as bytes
    private readonly int[] depths;
    private readonly int plain;
    private readonly CodeSet[] sets; // [nodes], or empty where there are no categories
    private readonly uint[] words;

    public TreeWalk(TreeOrder order, TreeSlots slots)
    {
        Tree[] trees = order.Trees;
        plain = order.Plain;
        nodes = new Node[trees.Sum(t => t.InnerCount + t.LeafCount)];
        sets = plain < trees.Length ? new CodeSet[nodes.Length] : [];
        roots = new int[trees.Length];
        depths = new int[trees.Length];
        List<uint> bits = [0];
        int next = 0;
        Queue<(int From, int To, int Depth)> open = new();
        for (int t = 0; t < trees.Length; t++)
        {
            Tree tree = trees[t];
            roots[t] = next << NodeShift;
            open.Enqueue((tree.InnerCount == 0 ? ~0 : 0, next++, 0));
            while (open.TryDequeue(out (int From, int To, int Depth) step))
            {
                ref Node node = ref nodes[step.To];
                node.Threshold = float.PositiveInfinity;
                if (step.From < 0)
                {
                    node.Left = step.To << NodeShift;
                    node.Leaf = order.LeafPlace(t, ~step.From);
                    depths[t] = Math.Max(depths[t], step.Depth);
                    continue;
                }
                node.Slot = slots.SlotOf(tree, step.From);
                node.Left = next << NodeShift;
                if (tree.CategoriesLeft?[step.From] is { } codes) sets[step.To] = AddSet(codes, bits);
                else node.Threshold = tree.Threshold[step.From];
                open.Enqueue((tree.Left[step.From], next++, step.Depth + 1));
                open.Enqueue((tree.Right[step.From], next++, step.Depth + 1));
            }
        }
        words = [.. bits];
    }

    /// <summary>Bytes that scoring tree <paramref name="tree"/> touches.</summary>
    public long SizeOf(int tree) => (tree + 1 < roots.Length ? roots[tree + 1] : (long)nodes.Length << NodeShift) - roots[tree];

    /// <summary>Finds the leaves of one row in eight trees from <paramref name="first"/> on, as many of them as there are.</summary>
    /// <param name="first">The first tree.</param>
    /// <param name="slots">[slots].</param>
    /// <param name="leaves">[trees found]: index of the leaf values; at most eight.</param>
    public void OneRow(int first, ReadOnlySpan<float> slots, Span<int> leaves)
    {
        if (first + leaves.Length <= plain) OneRow<NoCodes>(first, slots, leaves);
        else OneRow<WithCodes>(first, slots, leaves);
    }

    /// <summary>Finds the leaves of eight rows in one tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="slots">[slots × 8].</param>
    /// <param name="leaves">[8]: index of the leaf values.</param>
    public void EightRows(int tree, ReadOnlySpan<float> slots, Span<int> leaves)
    {
        if (tree < plain) EightRows<NoCodes>(tree, slots, leaves);
        else EightRows<WithCodes>(tree, slots, leaves);
    }

    private void OneRow<T>(int first, ReadOnlySpan<float> slots, Span<int> leaves) where T : struct, ICodes
    {
        int last = first + leaves.Length - 1;
        int depth = 0;
        for (int t = first; t <= last; t++) depth = Math.Max(depth, depths[t]);
        int n0 = roots[first], n1 = roots[Math.Min(first + 1, last)], n2 = roots[Math.Min(first + 2, last)], n3 = roots[Math.Min(first + 3, last)];
        int n4 = roots[Math.Min(first + 4, last)], n5 = roots[Math.Min(first + 5, last)], n6 = roots[Math.Min(first + 6, last)], n7 = roots[Math.Min(first + 7, last)];
        int* found = stackalloc int[Lanes];
        fixed (Node* all = nodes)
        fixed (float* x = slots)
        fixed (CodeSet* set = sets)
        fixed (uint* word = words)
        {
            byte* at = (byte*)all;
            for (; depth > 0; depth--)
            {
                n0 = Step<T>(at, n0, x, 1, set, word);
                n1 = Step<T>(at, n1, x, 1, set, word);
                n2 = Step<T>(at, n2, x, 1, set, word);
                n3 = Step<T>(at, n3, x, 1, set, word);
                n4 = Step<T>(at, n4, x, 1, set, word);
                n5 = Step<T>(at, n5, x, 1, set, word);
                n6 = Step<T>(at, n6, x, 1, set, word);
                n7 = Step<T>(at, n7, x, 1, set, word);
            }
            (found[0], found[1], found[2], found[3]) = (LeafAt(at, n0), LeafAt(at, n1), LeafAt(at, n2), LeafAt(at, n3));
            (found[4], found[5], found[6], found[7]) = (LeafAt(at, n4), LeafAt(at, n5), LeafAt(at, n6), LeafAt(at, n7));
        }
        new ReadOnlySpan<int>(found, leaves.Length).CopyTo(leaves);
    }

    private void EightRows<T>(int tree, ReadOnlySpan<float> slots, Span<int> leaves) where T : struct, ICodes
    {
        int n0 = roots[tree], n1 = n0, n2 = n0, n3 = n0, n4 = n0, n5 = n0, n6 = n0, n7 = n0;
        fixed (Node* all = nodes)
        fixed (float* x = slots)
        fixed (CodeSet* set = sets)
        fixed (uint* word = words)
        {
            byte* at = (byte*)all;
            for (int depth = depths[tree]; depth > 0; depth--)
            {
                n0 = Step<T>(at, n0, x, Lanes, set, word);
                n1 = Step<T>(at, n1, x + 1, Lanes, set, word);
                n2 = Step<T>(at, n2, x + 2, Lanes, set, word);
                n3 = Step<T>(at, n3, x + 3, Lanes, set, word);
                n4 = Step<T>(at, n4, x + 4, Lanes, set, word);
                n5 = Step<T>(at, n5, x + 5, Lanes, set, word);
                n6 = Step<T>(at, n6, x + 6, Lanes, set, word);
                n7 = Step<T>(at, n7, x + 7, Lanes, set, word);
            }
            (leaves[0], leaves[1], leaves[2], leaves[3]) = (LeafAt(at, n0), LeafAt(at, n1), LeafAt(at, n2), LeafAt(at, n3));
            (leaves[4], leaves[5], leaves[6], leaves[7]) = (LeafAt(at, n4), LeafAt(at, n5), LeafAt(at, n6), LeafAt(at, n7));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Step<T>(byte* nodes, int at, float* slots, int stride, CodeSet* sets, uint* words) where T : struct, ICodes
    {
        Node* node = (Node*)(nodes + (uint)at);
        float value = slots[(nint)((uint)node->Slot * (uint)stride)];
        int right = value > node->Threshold ? 1 : 0;
        if (T.Any)
        {
            CodeSet set = sets[at >> NodeShift];
            uint bit = (uint)set.Start + Math.Min(BitConverter.SingleToUInt32Bits(value), set.Last);
            right |= (int)((words[bit >> 5] >> (int)(bit & 31)) & 1);
        }
        return node->Left + (right << NodeShift);
    }

    private static int LeafAt(byte* nodes, int at) => ((Node*)(nodes + (uint)at))->Leaf;

    // The bit behind the largest code stands for all larger ones and for what is no code: right.
    private static CodeSet AddSet(int[] codesLeft, List<uint> words)
    {
        int last = codesLeft.Length == 0 ? 0 : codesLeft.Max() + 1;
        uint[] right = new uint[(last / 32) + 1];
        Array.Fill(right, uint.MaxValue);
        foreach (int code in codesLeft) right[code >> 5] &= ~(1u << (code & 31));
        CodeSet set = new() { Start = words.Count * 32, Last = (uint)last };
        words.AddRange(right);
        return set;
    }
}
