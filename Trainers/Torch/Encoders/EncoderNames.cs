namespace MLPipes.Trainers.Torch;

/// <summary>Where a kind keeps its weights in a Hugging Face file: names without the model's prefix and without ".weight".</summary>
/// <remarks>Names within a layer follow the layer's own prefix, <see cref="Layer"/>. Source: the modules of Hugging Face transformers 5.</remarks>
internal sealed record EncoderNames
{
    /// <summary>The class that transformers loads the file as.</summary>
    public required string Architecture { get; init; }

    /// <summary>What a model with a head puts before each name: "bert.".</summary>
    public required string Prefix { get; init; }

    /// <summary>A layer's prefix; {0} is the layer, for ALBERT the group, and {1} the layer within the group.</summary>
    public required string Layer { get; init; }

    public string EmbeddingProjection { get; init; } = "embeddings_project";
    public string RelativeBias { get; init; } = "encoder.relative_attention_bias";
    public string? Pooler { get; init; } = "pooler.dense";

    public string Query { get; init; } = "attention.self.query";
    public string Key { get; init; } = "attention.self.key";
    public string Value { get; init; } = "attention.self.value";
    public string Output { get; init; } = "attention.output.dense";
    public string AttentionNorm { get; init; } = "attention.output.LayerNorm";
    public string Up { get; init; } = "intermediate.dense";
    public string Down { get; init; } = "output.dense";
    public string OutputNorm { get; init; } = "output.LayerNorm";

    public const string Words = "embeddings.word_embeddings";
    public const string Positions = "embeddings.position_embeddings";
    public const string Types = "embeddings.token_type_embeddings";
    public const string EmbeddingNorm = "embeddings.LayerNorm";

    private static readonly EncoderNames bert = new() { Architecture = "BertModel", Prefix = "bert.", Layer = "encoder.layer.{0}." };
    private static readonly EncoderNames roberta = bert with { Architecture = "RobertaModel", Prefix = "roberta." };
    private static readonly EncoderNames xlmRoberta = roberta with { Architecture = "XLMRobertaModel" };
    private static readonly EncoderNames electra = bert with { Architecture = "ElectraModel", Prefix = "electra.", Pooler = null };

    private static readonly EncoderNames distilBert = new()
    {
        Architecture = "DistilBertModel",
        Prefix = "distilbert.",
        Layer = "transformer.layer.{0}.",
        Pooler = null,
        Query = "attention.q_lin",
        Key = "attention.k_lin",
        Value = "attention.v_lin",
        Output = "attention.out_lin",
        AttentionNorm = "sa_layer_norm",
        Up = "ffn.lin1",
        Down = "ffn.lin2",
        OutputNorm = "output_layer_norm",
    };

    private static readonly EncoderNames albert = new()
    {
        Architecture = "AlbertModel",
        Prefix = "albert.",
        Layer = "encoder.albert_layer_groups.{0}.albert_layers.{1}.",
        EmbeddingProjection = "encoder.embedding_hidden_mapping_in",
        Pooler = "pooler",
        Query = "attention.query",
        Key = "attention.key",
        Value = "attention.value",
        Output = "attention.dense",
        AttentionNorm = "attention.LayerNorm",
        Up = "ffn",
        Down = "ffn_output",
        OutputNorm = "full_layer_layer_norm",
    };

    private static readonly EncoderNames mpNet = new()
    {
        Architecture = "MPNetModel",
        Prefix = "mpnet.",
        Layer = "encoder.layer.{0}.",
        Query = "attention.attn.q",
        Key = "attention.attn.k",
        Value = "attention.attn.v",
        Output = "attention.attn.o",
        AttentionNorm = "attention.LayerNorm",
    };

    /// <summary>The names of a kind.</summary>
    public static EncoderNames Of(EncoderKind kind) => kind switch
    {
        EncoderKind.Bert => bert,
        EncoderKind.Roberta => roberta,
        EncoderKind.XlmRoberta => xlmRoberta,
        EncoderKind.DistilBert => distilBert,
        EncoderKind.Electra => electra,
        EncoderKind.Albert => albert,
        EncoderKind.MpNet => mpNet,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Prefix of a layer's names.</summary>
    public string LayerPrefix(int group, int inner) => string.Format(System.Globalization.CultureInfo.InvariantCulture, Layer, group, inner);
}
