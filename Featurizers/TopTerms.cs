using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>The few words and word pairs that say most about the label, as dense TF-IDF weights: for trees.</summary>
/// <remarks>
/// Terms are ranked by their χ² with the classes, or by their squared correlation with a number; without a label by how many rows
/// hold them. The ranking sees all training labels, each weight only its own row's text.
/// </remarks>
public sealed record TopTerms : IFeaturizer<TopTerms>
{
    /// <summary>Number of terms that are kept.</summary>
    [Bounds(1, 10_000)]
    public int Terms { get; init; } = 150;

    /// <summary>Longest run of neighbouring words that is a term.</summary>
    [Bounds(1, 5)]
    public int MaxWords { get; init; } = 2;

    /// <summary>Terms in fewer rows than this are not considered.</summary>
    [Bounds(1, int.MaxValue)]
    public int MinRows { get; init; } = 3;

    /// <summary>Only so many of the most frequent terms are considered.</summary>
    [Bounds(1, 10_000_000)]
    public int MaxTerms { get; init; } = 20_000;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("top-terms", "The words and word pairs of free text that say most about the label, as dense weights for trees.", ColumnRole.Text)
    {
        Suits = TextViews.AreDense,
        Priority = 10,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        Column column = columns[0];
        Vocabulary all = Vocabulary.Learn(column, MaxWords, MinRows, maxShare: 1, MaxTerms, context.Cancel);
        if (all.Terms.Length == 0) return FeaturizerFit.Decline($"no word stands in {MinRows} rows or more");
        int[] kept = [.. Enumerable.Range(0, all.Terms.Length)];
        if (context.Target is { } target && kept.Length > Terms)
        {
            double[] scores = Scores(TermRows.Of(column, all, MaxWords, context.Cancel), all.Documents, target);
            kept = [.. kept.OrderByDescending(i => scores[i]).ThenBy(i => i)];
        }
        Vocabulary top = all.Take([.. kept.Take(Terms).Order()]);
        return FeaturizerFit.Of(new WordTermsTransform(column.Name, MaxWords, top,
            [.. top.Documents.Select(d => WordTermsTransform.Idf(column.Count, d))], isUnitLength: false, isSparse: false));
    }

    private static double[] Scores(TermRows rows, int[] documents, Target target)
    {
        int outputs = target.Task == MLTask.Regression ? 1 : target.Classes.Count, n = target.Count;
        double[] sums = new double[documents.Length * outputs], totals = new double[outputs], scores = new double[documents.Length];
        double squares = 0;
        for (int row = 0; row < n; row++)
        {
            int output = target.Task == MLTask.Regression ? 0 : (int)target.Values[row];
            double y = target.Task == MLTask.Regression ? target.Values[row] : 1;
            totals[output] += y;
            squares += y * y;
            foreach (int term in rows[row]) sums[(term * outputs) + output] += y;
        }
        for (int term = 0; term < scores.Length; term++)
        {
            double held = documents[term], lacking = n - held;
            if (lacking == 0) continue;
            if (target.Task == MLTask.Regression)
            {
                double covariance = sums[term] - (held * totals[0] / n), variance = squares - (totals[0] * totals[0] / n);
                scores[term] = variance > 0 ? covariance * covariance / (held * lacking / n * variance) : 0;
                continue;
            }
            for (int output = 0; output < outputs; output++)
            {
                if (totals[output] == 0) continue;
                double expected = held * totals[output] / n, off = sums[(term * outputs) + output] - expected;
                scores[term] += (off * off / expected) + (off * off / (lacking * totals[output] / n));
            }
        }
        return scores;
    }
}
