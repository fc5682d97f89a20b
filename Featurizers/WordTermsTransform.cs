using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Weighted counts of known terms in a text.</summary>
/// <remarks>weight = (1 + ln count) · idf, divided by the row's length (L2) where asked for. Missing text is all zeros.</remarks>
public sealed class WordTermsTransform : ITransform, IPlainPart<WordTermsTransform>
{
    private readonly string column;
    private readonly int words;
    private readonly Vocabulary vocabulary;
    private readonly float[] idf;
    private readonly bool isUnitLength;

    internal WordTermsTransform(string column, int words, Vocabulary vocabulary, float[] idf, bool isUnitLength, bool isSparse)
    {
        this.column = column;
        this.words = words;
        this.vocabulary = vocabulary;
        this.idf = idf;
        this.isUnitLength = isUnitLength;
        IsSparse = isSparse;
        Features = [.. vocabulary.Terms.Select(term => new FeatureInfo($"{column}:{term}", column))];
    }

    /// <inheritdoc/>
    public static string Kind => "word-terms";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse { get; }

    /// <summary>ln((1 + rows) / (1 + rows that hold the term)) + 1, as scikit-learn's TfidfTransformer with smooth_idf.</summary>
    internal static float Idf(int rows, int documents) => (float)(Math.Log((1.0 + rows) / (1.0 + documents)) + 1);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        TermBuffer buffer = TermBuffer.Mine;
        for (int i = 0; i < count; i++)
        {
            CellText.WithText(inputs[0], start + i, (buffer, words), static (s, text) => s.buffer.Words(text, s.words));
            TermWeights.Write(vocabulary.Find(buffer), idf, isUnitLength, block, i);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        writer.Int(words);
        vocabulary.Write(writer);
        writer.Floats(idf);
        writer.Bool(isUnitLength);
        writer.Bool(IsSparse);
    }

    /// <inheritdoc/>
    public static WordTermsTransform Read(PlainReader reader)
    {
        string column = reader.String();
        int words = reader.Int(1, 5, "words in a term");
        Vocabulary vocabulary = Vocabulary.Read(reader);
        return new WordTermsTransform(column, words, vocabulary, reader.FiniteFloats(vocabulary.Terms.Length), reader.Bool(), reader.Bool());
    }
}
