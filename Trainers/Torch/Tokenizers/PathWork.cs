namespace MLPipes.Trainers.Torch;

/// <summary>The best way to each place of a word while the likeliest pieces are searched.</summary>
internal sealed class PathWork
{
    private readonly List<(int From, int To, int Id)> steps = [];
    private double[] score = [];
    private int[] from = [];
    private int[] id = [];

    /// <summary>Score of the best way to each place.</summary>
    public ReadOnlySpan<double> Score => score;

    /// <summary>Makes room for a word; nothing but its beginning is reached.</summary>
    public void Begin(int units)
    {
        if (score.Length <= units || score.Length > 1 << 18)
        {
            int size = Math.Max(64, units + 1);
            (score, from, id) = (new double[size], new int[size], new int[size]);
        }
        from.AsSpan(0, units + 1).Fill(-1);
        score[0] = 0;
    }

    /// <summary>A way to <paramref name="to"/>; the first of equals is kept.</summary>
    public void Offer(int start, int to, int piece, double total)
    {
        if (from[to] >= 0 && total <= score[to]) return;
        (score[to], from[to], id[to]) = (total, start, piece);
    }

    /// <summary>The pieces of the best way, in order, with neighbours of id <paramref name="fused"/> as one.</summary>
    public List<(int From, int To, int Id)> Trace(int units, int fused)
    {
        steps.Clear();
        for (int to = units; to > 0; to = from[to])
        {
            if (steps.Count > 0 && id[to] == fused && steps[^1].Id == fused) steps[^1] = (from[to], steps[^1].To, fused);
            else steps.Add((from[to], to, id[to]));
        }
        steps.Reverse();
        return steps;
    }
}
