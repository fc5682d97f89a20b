namespace MLPipes.Trainers.Torch;

/// <summary>What transformers calls the parts of a kind's head for masked tokens.</summary>
/// <param name="Architecture">The class that the directory is loaded as.</param>
/// <param name="Dense">Linear layer to the width of the embeddings, without ".weight".</param>
/// <param name="Norm">Norm behind it.</param>
/// <param name="Bias">Bias of the vocabulary's scores; their weights are the word embeddings and not stored twice.</param>
/// <remarks>Source: the ...ForMaskedLM classes of Hugging Face transformers 5.</remarks>
internal sealed record MaskedHeadNames(string Architecture, string Dense, string Norm, string Bias)
{
    /// <summary>The names of a kind.</summary>
    public static MaskedHeadNames Of(EncoderKind kind) => kind switch
    {
        EncoderKind.Bert => new("BertForMaskedLM", "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.bias"),
        EncoderKind.Roberta => new("RobertaForMaskedLM", "lm_head.dense", "lm_head.layer_norm", "lm_head.bias"),
        EncoderKind.XlmRoberta => new("XLMRobertaForMaskedLM", "lm_head.dense", "lm_head.layer_norm", "lm_head.bias"),
        EncoderKind.MpNet => new("MPNetForMaskedLM", "lm_head.dense", "lm_head.layer_norm", "lm_head.bias"),
        EncoderKind.DistilBert => new("DistilBertForMaskedLM", "vocab_transform", "vocab_layer_norm", "vocab_projector.bias"),
        EncoderKind.Electra => new("ElectraForMaskedLM", "generator_predictions.dense", "generator_predictions.LayerNorm", "generator_lm_head.bias"),
        EncoderKind.Albert => new("AlbertForMaskedLM", "predictions.dense", "predictions.LayerNorm", "predictions.bias"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
