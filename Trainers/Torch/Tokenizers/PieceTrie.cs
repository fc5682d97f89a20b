namespace MLPipes.Trainers.Torch;

/// <summary>Pieces in a tree of UTF-16 units, to find all that begin at a place; the edges of a node lie together, sorted.</summary>
/// <remarks>Memory: 10 bytes an edge, and one table for the first unit.</remarks>
internal sealed class PieceTrie
{
    /// <summary>The node before the first unit.</summary>
    public const int Root = 0;

    private readonly int[] first = new int[char.MaxValue + 1];
    private readonly int[] edgesFrom;
    private readonly char[] labels;
    private readonly int[] ids;

    /// <summary>A tree of pieces with their ids; the pieces differ from each other and none is empty.</summary>
    public PieceTrie(IEnumerable<(string Piece, int Id)> pieces)
    {
        (string Piece, int Id)[] sorted = [.. pieces.Where(p => p.Piece.Length > 0)];
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Piece, b.Piece));
        // Level by level: a node's children get consecutive numbers, so that node n is reached by edge n - 1.
        List<int> from = [0];
        List<char> label = [];
        List<int> id = [-1];
        Queue<(int Low, int High, int Depth)> queue = new();
        queue.Enqueue((0, sorted.Length, 0));
        while (queue.TryDequeue(out var node))
        {
            int at = node.Low;
            if (at < node.High && sorted[at].Piece.Length == node.Depth) at++;
            while (at < node.High)
            {
                char c = sorted[at].Piece[node.Depth];
                int high = at;
                while (high < node.High && sorted[high].Piece[node.Depth] == c) high++;
                label.Add(c);
                id.Add(sorted[at].Piece.Length == node.Depth + 1 ? sorted[at].Id : -1);
                queue.Enqueue((at, high, node.Depth + 1));
                at = high;
            }
            from.Add(label.Count);
        }
        edgesFrom = [.. from];
        labels = [.. label];
        ids = [.. id];
        for (int edge = edgesFrom[Root]; edge < edgesFrom[Root + 1]; edge++) first[labels[edge]] = edge + 1;
    }

    /// <summary>The node behind a unit; -1 where no piece goes on so.</summary>
    public int Next(int node, char unit)
    {
        if (node == Root) return first[unit] == 0 ? -1 : first[unit];
        int low = edgesFrom[node], high = edgesFrom[node + 1] - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            char label = labels[middle];
            if (label == unit) return middle + 1;
            if (label < unit) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    /// <summary>The id of the piece that ends at a node; -1 where none does.</summary>
    public int IdAt(int node) => ids[node];

    /// <summary>The id of a whole piece; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<char> piece)
    {
        int node = Root;
        foreach (char unit in piece)
            if ((node = Next(node, unit)) < 0) return -1;
        return ids[node];
    }
}
