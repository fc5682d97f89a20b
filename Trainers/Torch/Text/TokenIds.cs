using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>The pieces of free text as ids of a pre-trained encoder's tokenizer, position by position: for trainers over that encoder.</summary>
/// <remarks>Without the special tokens that begin and end a sequence; the trainer sets them. A text beyond <see cref="MaxTokens"/> is cut at its end.</remarks>
public sealed record TokenIds : IFeaturizer<TokenIds>
{
    /// <summary>Folder or name of the encoder; default the one that the environment variable MLPIPES_ENCODER names, empty for none.</summary>
    public string Encoder { get; init; } = EncoderChoice.Default ?? "";

    /// <summary>Pieces of a text from its beginning that are kept.</summary>
    [Bounds(1, TokenIdsTransform.MostTokens)]
    public int MaxTokens { get; init; } = 510;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("token-ids", "Pieces of free text as ids of a pre-trained encoder's tokenizer.", ColumnRole.Text)
    {
        Suits = needs => needs.HasFlag(Needs.TokenIds),
        Gives = Needs.TokenIds,
        Priority = 10,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        if (Encoder.Length == 0) return FeaturizerFit.Decline($"no encoder is named; name one with the option Encoder or the environment variable {EncoderChoice.Setting}");
        ITextTokenizer tokenizer = Tokenizers.Load(ModelStore.Resolve(Encoder, cancel: context.Cancel));
        Column column = columns[0];
        int longest = 0;
        for (int row = 0; row < column.Count && longest < MaxTokens; row++)
        {
            if (row % 256 == 0) context.Cancel.ThrowIfCancellationRequested();
            if (column.TextAt(row) is { Length: > 0 } text) longest = Math.Max(longest, tokenizer.Tokenize(text).Count);
        }
        return longest == 0
            ? FeaturizerFit.Decline("it holds no text")
            : FeaturizerFit.Of(new TokenIdsTransform(column.Name, tokenizer, Math.Min(longest, MaxTokens)));
    }
}
