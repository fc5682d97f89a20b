using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Length, words, and the shares of digits, capitals and marks of a text, beside what its words say.</summary>
/// <remarks>Where features are scaled, counts are logarithms first and all have mean 0 and deviation 1.</remarks>
public sealed record TextStatistics : IFeaturizer<TextStatistics>
{
    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("text-statistics", "Length, word count and shares of digits, capitals and punctuation of free text.", ColumnRole.Text)
    {
        Adds = true,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        Column column = columns[0];
        bool scaled = context.Needs.HasFlag(Needs.Scaled);
        TextStatisticsTransform raw = new(column.Name, scaled, new double[TextStatisticsTransform.Width], [.. Enumerable.Repeat(1.0, TextStatisticsTransform.Width)]);
        float[] values = new float[column.Count * TextStatisticsTransform.Width];
        raw.Write([column], 0, column.Count, new FeatureBlock(values, TextStatisticsTransform.Width));
        context.Cancel.ThrowIfCancellationRequested();
        bool varies = false;
        for (int i = TextStatisticsTransform.Width; i < values.Length && !varies; i++) varies = !values[i].Equals(values[i % TextStatisticsTransform.Width]);
        if (!varies) return FeaturizerFit.Decline("all its texts have the same make-up");
        if (!scaled) return FeaturizerFit.Of(raw);
        (double[] centers, double[] scales) = TrainingScale.Apply(values, TextStatisticsTransform.Width);
        return FeaturizerFit.Of(new TextStatisticsTransform(column.Name, true, centers, scales));
    }
}

/// <summary>What a text is made of.</summary>
public sealed class TextStatisticsTransform : ITransform, IPlainPart<TextStatisticsTransform>
{
    internal const int Width = 7;

    // Scaled values beyond this many deviations are pulled back to it.
    private const double Limit = 10;

    private readonly string column;
    private readonly bool isScaled;
    private readonly double[] centers;
    private readonly double[] scales;

    internal TextStatisticsTransform(string column, bool isScaled, double[] centers, double[] scales)
    {
        this.column = column;
        this.isScaled = isScaled;
        this.centers = centers;
        this.scales = scales;
        string[] names = ["characters", "words", "word-length", "digits", "capitals", "punctuation", "exclamations"];
        Features = [.. names.Select(n => new FeatureInfo($"{column}.{n}", column))];
    }

    /// <inheritdoc/>
    public static string Kind => "text-statistics";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        Span<double> values = stackalloc double[Width];
        for (int i = 0; i < count; i++)
        {
            Counts counts = CellText.WithText(inputs[0], start + i, 0, static (_, text) => Count(text));
            double length = Math.Max(1, counts.Characters);
            values[0] = Amount(counts.Characters);
            values[1] = Amount(counts.Words);
            values[2] = counts.Letters / Math.Max(1.0, counts.Words);
            values[3] = counts.Digits / length;
            values[4] = counts.Capitals / length;
            values[5] = counts.Punctuation / length;
            values[6] = Amount(counts.Exclamations);
            for (int at = 0; at < Width; at++)
            {
                double value = (values[at] - centers[at]) * scales[at];
                block.Set(i, at, (float)(isScaled ? Math.Clamp(value, -Limit, Limit) : value));
            }
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        writer.Bool(isScaled);
        writer.Doubles(centers);
        writer.Doubles(scales);
    }

    /// <inheritdoc/>
    public static TextStatisticsTransform Read(PlainReader reader) => new(reader.String(), reader.Bool(), reader.Finite(Width), reader.Finite(Width));

    private double Amount(int count) => isScaled ? Math.Log(1 + count) : count;

    private static Counts Count(ReadOnlySpan<char> text)
    {
        Counts counts = new() { Characters = text.Length };
        bool inWord = false;
        foreach (char c in text)
        {
            bool isWord = char.IsLetterOrDigit(c);
            if (isWord && !inWord) counts.Words++;
            inWord = isWord;
            if (isWord) counts.Letters++;
            if (char.IsDigit(c)) counts.Digits++;
            else if (char.IsUpper(c)) counts.Capitals++;
            else if (char.IsPunctuation(c)) counts.Punctuation++;
            if (c is '!' or '?' or '！' or '？') counts.Exclamations++;
        }
        return counts;
    }

    private struct Counts
    {
        public int Characters, Words, Letters, Digits, Capitals, Punctuation, Exclamations;
    }
}
