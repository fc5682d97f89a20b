using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>How much a text's words speak for each class, by naive Bayes log-odds; cross-fitted on training rows: for trees.</summary>
/// <remarks>
/// score = Σ over the row's distinct terms of ln(P(term | class) / P(term | rest)), with one added to each count, divided by the
/// square root of their number: the log-count ratios of Wang and Manning, ACL 2012, equation 1, on term presence. A number as
/// label counts as above or below its median. A training row's score leaves out the counts of its own fold; the class totals
/// stay those of all rows, or their shift from fold to fold would tell the label.
/// </remarks>
public sealed record TextScores : IFeaturizer<TextScores>
{
    /// <summary>Number of parts that training rows are cross-fitted in.</summary>
    [Bounds(2, 100)]
    public int FoldCount { get; init; } = 5;

    /// <summary>Longest run of neighbouring words that is a term.</summary>
    [Bounds(1, 5)]
    public int MaxWords { get; init; } = 2;

    /// <summary>Terms in fewer rows than this are dropped.</summary>
    [Bounds(1, int.MaxValue)]
    public int MinRows { get; init; } = 3;

    /// <summary>Only so many of the most frequent terms are kept.</summary>
    [Bounds(1, 10_000_000)]
    public int MaxTerms { get; init; } = 50_000;

    /// <summary>Of a label with more classes only so many of the most frequent get a score.</summary>
    [Bounds(2, 1000)]
    public int MaxClasses { get; init; } = 20;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("text-scores", "How much the words of free text speak for each class, cross-fitted naive Bayes scores for trees.", ColumnRole.Text)
    {
        Suits = TextViews.AreDense,
        Adds = true,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        Column column = columns[0];
        if (context.Target is not { } target) return FeaturizerFit.Decline("there is no label");
        Vocabulary vocabulary = Vocabulary.Learn(column, MaxWords, MinRows, maxShare: 1, MaxTerms, context.Cancel);
        if (vocabulary.Terms.Length == 0) return FeaturizerFit.Decline($"no word stands in {MinRows} rows or more");
        LabelValues labels = LabelValues.Of(Halved(target), context.Weights, MaxClasses);
        TermRows rows = TermRows.Of(column, vocabulary, MaxWords, context.Cancel);
        int outputs = labels.Count;
        byte[] folds = Folds.Of(column.Count, FoldCount, context.Seed);
        float[] ratios = new float[vocabulary.Terms.Length * outputs], training = new float[column.Count * outputs];
        for (int output = 0; output < outputs; output++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            Learn(rows, labels, output, folds, ratios, training);
        }
        double[] centers = new double[outputs], scales = [.. Enumerable.Repeat(1.0, outputs)];
        if (context.Needs.HasFlag(Needs.Scaled)) (centers, scales) = TrainingScale.Apply(training, outputs);
        FeatureInfo[] features = [.. labels.Names.Select(name => new FeatureInfo(name.Length == 0 ? $"{column.Name}.score" : $"{column.Name}.score={name}", column.Name))];
        return FeaturizerFit.Of(new TextScoresTransform(features, MaxWords, vocabulary, ratios, centers, scales), training);
    }

    private void Learn(TermRows rows, LabelValues labels, int output, byte[] folds, float[] ratios, float[] training)
    {
        int outputs = labels.Count, terms = ratios.Length / outputs;
        double[] with = new double[terms], all = new double[terms], foldWith = new double[terms], foldAll = new double[terms];
        Add(rows, labels, output, with, all, null, 0);
        double withTotal = with.Sum() + terms, restTotal = all.Sum() - with.Sum() + terms;
        for (int term = 0; term < terms; term++) ratios[(term * outputs) + output] = Ratio(with[term], all[term], withTotal, restTotal);
        for (int fold = 0; fold < FoldCount; fold++)
        {
            Array.Clear(foldWith);
            Array.Clear(foldAll);
            Add(rows, labels, output, foldWith, foldAll, folds, fold);
            for (int row = 0; row < folds.Length; row++)
            {
                if (folds[row] != fold) continue;
                double sum = 0;
                foreach (int term in rows[row]) sum += Ratio(with[term] - foldWith[term], all[term] - foldAll[term], withTotal, restTotal);
                training[(row * outputs) + output] = (float)(sum / Math.Sqrt(Math.Max(1, rows[row].Length)));
            }
        }
    }

    private static float Ratio(double with, double all, double withTotal, double restTotal)
    {
        // Sums of weights that should be equal may differ by rounding; a count is never below 0.
        with = Math.Max(0, with);
        return (float)Math.Log((with + 1) / withTotal / ((Math.Max(0, all - with) + 1) / restTotal));
    }

    private static void Add(TermRows rows, LabelValues labels, int output, double[] with, double[] all, byte[]? folds, int fold)
    {
        for (int row = 0; row < labels.Rows; row++)
        {
            if (folds is not null && folds[row] != fold) continue;
            double weight = labels.WeightOf(row), hit = weight * labels.At(row, output);
            foreach (int term in rows[row])
            {
                with[term] += hit;
                all[term] += weight;
            }
        }
    }

    private static Target Halved(Target target)
    {
        if (target.Task != MLTask.Regression) return target;
        float[] sorted = target.Values.ToArray();
        Array.Sort(sorted);
        float middle = sorted[sorted.Length / 2];
        float[] above = new float[target.Count];
        for (int row = 0; row < above.Length; row++) above[row] = target.Values[row] >= middle ? 1 : 0;
        return new Target(target.Column, MLTask.Binary, above, ["below", "above"]);
    }
}

/// <summary>Sums of learned term ratios over the words of a text.</summary>
public sealed class TextScoresTransform : ITransform, IPlainPart<TextScoresTransform>
{
    private readonly FeatureInfo[] features;
    private readonly int words;
    private readonly Vocabulary vocabulary;
    private readonly float[] ratios;
    private readonly double[] centers;
    private readonly double[] scales;

    internal TextScoresTransform(FeatureInfo[] features, int words, Vocabulary vocabulary, float[] ratios, double[] centers, double[] scales)
    {
        this.features = features;
        this.words = words;
        this.vocabulary = vocabulary;
        this.ratios = ratios;
        this.centers = centers;
        this.scales = scales;
    }

    /// <inheritdoc/>
    public static string Kind => "text-scores";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features => features;

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        TermBuffer buffer = TermBuffer.Mine;
        for (int i = 0; i < count; i++)
        {
            CellText.WithText(inputs[0], start + i, (buffer, words), static (s, text) => s.buffer.Words(text, s.words));
            ReadOnlySpan<int> terms = vocabulary.Find(buffer);
            for (int output = 0; output < features.Length; output++)
            {
                double sum = 0;
                int distinct = 0;
                for (int at = 0; at < terms.Length; at++)
                {
                    if (at > 0 && terms[at] == terms[at - 1]) continue;
                    sum += ratios[(terms[at] * features.Length) + output];
                    distinct++;
                }
                block.Set(i, output, (float)(((sum / Math.Sqrt(Math.Max(1, distinct))) - centers[output]) * scales[output]));
            }
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Features(features);
        writer.Int(words);
        vocabulary.Write(writer);
        writer.Floats(ratios);
        writer.Doubles(centers);
        writer.Doubles(scales);
    }

    /// <inheritdoc/>
    public static TextScoresTransform Read(PlainReader reader)
    {
        FeatureInfo[] features = reader.Features();
        if (features.Length is 0 or > 10_000) throw reader.Damaged($"{features.Length} scores");
        int words = reader.Int(1, 5, "words in a term");
        Vocabulary vocabulary = Vocabulary.Read(reader);
        if ((long)vocabulary.Terms.Length * features.Length > Array.MaxLength) throw reader.Damaged($"{vocabulary.Terms.Length} terms for {features.Length} scores");
        float[] ratios = reader.FiniteFloats(vocabulary.Terms.Length * features.Length);
        return new TextScoresTransform(features, words, vocabulary, ratios, reader.Finite(features.Length), reader.Finite(features.Length));
    }
}
