namespace MLPipes.Trainers.Torch;

/// <summary>Finds how two taggers are best mixed, judged on documents that neither has learned from.</summary>
internal static class EntityMixing
{
    private static readonly double[] shares = [0.2, 0.35, 0.5, 0.65, 0.8];

    /// <summary>The best mix, and its score.</summary>
    /// <param name="first">A model.</param>
    /// <param name="second">Another, of the same tags.</param>
    /// <param name="validation">Labelled documents.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The share of the first, and F1 over entities.</returns>
    public static (double Share, double F1) Best(ITagModel first, ITagModel second, EntityDocuments validation, int threads, CancellationToken cancel)
    {
        List<WordRun> runs = [.. validation.SelectMany(d => WordRun.Of(d))];
        double[][] a = first.Probabilities(runs, threads, cancel), b = second.Probabilities(runs, threads, cancel);
        IReadOnlyList<EntitySpan>[] truth = [.. runs.Select(r => first.Tags.SpansOfLabelled(r))];
        Chain chain = new(first.Tags);
        return shares.Select(share => (share, Score(share))).MaxBy(s => s.Item2);

        double Score(double share)
        {
            IReadOnlyList<EntitySpan>[] found = new IReadOnlyList<EntitySpan>[runs.Count];
            for (int i = 0; i < runs.Count; i++)
            {
                int[] best = new int[runs[i].Count];
                chain.Decode(MixedTagModel.Mix([a[i], b[i]], [share, 1 - share]), best);
                found[i] = first.Tags.SpansOf(best);
            }
            return EntityMetrics.OfSpans(truth, found).F1;
        }
    }
}
