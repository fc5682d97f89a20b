namespace MLPipes.Trainers.Torch;

/// <summary>The symbols of one word while pairs are merged: a linked list in arrays, and a heap of the merges that are possible.</summary>
internal sealed class MergeWork
{
    private readonly PriorityQueue<(int Symbol, int Id), ulong> heap = new();
    private int[] ids = [];
    private int[] starts = [];
    private int[] ends = [];
    private int[] before = [];
    private int[] after = [];
    private int count;

    /// <summary>The first symbol; -1 where there is none.</summary>
    public int First => count == 0 ? -1 : 0;

    /// <summary>Makes room for a word of <paramref name="units"/> symbols.</summary>
    public void Begin(int units)
    {
        count = 0;
        if (ids.Length >= units && ids.Length <= 1 << 18) return;
        int size = Math.Max(64, units);
        (ids, starts, ends, before, after) = (new int[size], new int[size], new int[size], new int[size], new int[size]);
    }

    /// <summary>Adds a symbol that covers units of the text.</summary>
    public void Add(int id, int start, int end)
    {
        (ids[count], starts[count], ends[count], before[count], after[count]) = (id, start, end, count - 1, -1);
        if (count > 0) after[count - 1] = count;
        count++;
    }

    /// <summary>Merges pairs by rank, the leftmost of equals first, until none is left.</summary>
    public void Merge(Dictionary<ulong, (int Rank, int Id)> ranks)
    {
        heap.Clear();
        for (int i = 0; i + 1 < count; i++) Offer(i, ranks);
        while (heap.TryDequeue(out (int Symbol, int Id) best, out _))
        {
            int left = best.Symbol, right = after[left];
            // The heap keeps merges that others have overtaken: a symbol that is gone has id -1, a changed pair merges to something else.
            if (ids[left] < 0 || right < 0 || !ranks.TryGetValue(BpeModel.Pair(ids[left], ids[right]), out var merge) || merge.Id != best.Id) continue;
            ids[left] = best.Id;
            ends[left] = ends[right];
            ids[right] = -1;
            after[left] = after[right];
            if (after[left] >= 0) before[after[left]] = left;
            if (before[left] >= 0) Offer(before[left], ranks);
            Offer(left, ranks);
        }
    }

    public int After(int symbol) => after[symbol];

    public int IdAt(int symbol) => ids[symbol];

    public int StartAt(int symbol) => starts[symbol];

    public int EndAt(int symbol) => ends[symbol];

    private void Offer(int left, Dictionary<ulong, (int Rank, int Id)> ranks)
    {
        if (after[left] < 0 || !ranks.TryGetValue(BpeModel.Pair(ids[left], ids[after[left]]), out var merge)) return;
        heap.Enqueue((left, merge.Id), ((ulong)(uint)merge.Rank << 32) | (uint)left);
    }
}
