using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Positions of a text that hold ids of a tokenizer's pieces.</summary>
public sealed class TokenIdsTransform : ITransform, IPlainPart<TokenIdsTransform>
{
    internal const int MostTokens = 1 << 16;

    private readonly string column;
    private readonly ITextTokenizer tokenizer;

    internal TokenIdsTransform(string column, ITextTokenizer tokenizer, int positions)
    {
        this.column = column;
        this.tokenizer = tokenizer;
        Features = [.. Enumerable.Range(0, positions).Select(i => new FeatureInfo($"{column}@{i}", column) { IsTokenId = true })];
    }

    /// <inheritdoc/>
    public static string Kind => "token-ids";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse => true;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int i = 0; i < count; i++)
        {
            if (inputs[0].TextAt(start + i) is not { Length: > 0 } text) continue;
            int[] ids = tokenizer.Tokenize(text).Ids;
            for (int at = 0; at < Math.Min(ids.Length, Features.Count); at++) block.Set(i, at, ids[at] + 1);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        writer.Int(Features.Count);
        writer.Part(tokenizer);
    }

    /// <inheritdoc/>
    public static TokenIdsTransform Read(PlainReader reader)
    {
        string column = reader.String();
        int positions = reader.Int(1, MostTokens, "positions");
        return new TokenIdsTransform(column, reader.Part<ITextTokenizer>(), positions);
    }
}
