using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary>What <c>pretrain --json</c> prints.</summary>
internal sealed record PretrainDocument
{
    /// <summary>Folder of the encoder that it went on from; left out from scratch.</summary>
    public string? Encoder { get; init; }
    public required string Out { get; init; }
    public required int Documents { get; init; }
    public required int HeldOutDocuments { get; init; }
    public required long Tokens { get; init; }
    public required int Vocabulary { get; init; }
    public required long Parameters { get; init; }
    public required int HeldOutMasked { get; init; }
    public required MaskedScoreDocument Commonest { get; init; }
    public required MaskedScoreDocument Before { get; init; }

    /// <summary>Whether <see cref="Before"/> is that of a fresh head.</summary>
    public required bool HeadIsFresh { get; init; }
    public required MaskedScoreDocument After { get; init; }
    public required IReadOnlyList<PretrainEpochDocument> Epochs { get; init; }
    public required int Updates { get; init; }
    public required double TokensPerSecond { get; init; }
    public required double SecondsWall { get; init; }
    public required string End { get; init; }

    public static PretrainDocument Of(PretrainingResult result, string? encoder, TimeSpan wall) => new()
    {
        Encoder = encoder,
        Out = result.Directory,
        Documents = result.Documents,
        HeldOutDocuments = result.HeldOutDocuments,
        Tokens = result.Tokens,
        Vocabulary = result.VocabularySize,
        Parameters = result.Parameters,
        HeldOutMasked = result.HeldOutMasked,
        Commonest = MaskedScoreDocument.Of(result.Commonest),
        Before = MaskedScoreDocument.Of(result.Before),
        HeadIsFresh = result.IsHeadFresh,
        After = MaskedScoreDocument.Of(result.After),
        Epochs = [.. result.Epochs.Select(e => new PretrainEpochDocument(e.Number, e.Updates, Cli.Documents.Finite(e.HeldOut.Perplexity), e.HeldOut.Accuracy))],
        Updates = result.Updates,
        TokensPerSecond = Math.Round(result.TokensPerSecond, 1),
        SecondsWall = Math.Round(wall.TotalSeconds, 3),
        End = result.IsShortened ? "time" : "epochs",
    };
}

/// <summary>Perplexity and accuracy over the hidden tokens of the held-out texts.</summary>
internal sealed record MaskedScoreDocument(double? Perplexity, double MaskedAccuracy)
{
    public static MaskedScoreDocument Of(MaskedScore score) => new(Documents.Finite(score.Perplexity), score.Accuracy);
}

/// <summary>One validation.</summary>
internal sealed record PretrainEpochDocument(int Epoch, int Updates, double? Perplexity, double MaskedAccuracy);
