using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Words, positions and token types as vectors: their sum, normed, dropped and projected to the hidden size where a kind asks for it.</summary>
internal sealed class EncoderEmbeddings : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly EncoderConfig config;
    private readonly EncoderRun run;
    private Parameter words;
    private Parameter positions;
    private Parameter? types;
    private readonly EncoderNorm norm;
    private readonly EncoderLinear? projection;

    public EncoderEmbeddings(EncoderConfig config, EncoderRun run, IWeightSource source) : base("embeddings")
    {
        (this.config, this.run) = (config, run);
        int width = config.EmbeddingSize;
        words = OwnedWeight.Of(source.Take(EncoderNames.Words + ".weight", [config.VocabularySize, width], WeightStart.NormalButPad));
        positions = OwnedWeight.Of(source.Take(EncoderNames.Positions + ".weight", [config.MaxPositions, width], WeightStart.Normal));
        if (config.TypeVocabularySize > 0)
            types = OwnedWeight.Of(source.Take(EncoderNames.Types + ".weight", [config.TypeVocabularySize, width], WeightStart.Normal));
        norm = new EncoderNorm(EncoderNames.EmbeddingNorm, width, config.NormEpsilon, source);
        if (config.ProjectsEmbeddings)
            projection = new EncoderLinear(EncoderNames.Of(config.Kind).EmbeddingProjection, width, config.HiddenSize, run, source);
        RegisterComponents();
    }

    /// <summary>[vocabulary × embedding].</summary>
    public Parameter Words => words;

    /// <summary>[positions × embedding].</summary>
    public Parameter Positions => positions;

    /// <summary>[types × embedding]; null for a kind without.</summary>
    public Parameter? Types => types;

    /// <summary>Norm of the sum.</summary>
    public EncoderNorm Norm => norm;

    /// <summary>To the hidden size; null where the embeddings are as wide.</summary>
    public EncoderLinear? Projection => projection;

    /// <summary>Looks words up in place of the table's own lookup; null for that.</summary>
    public WordRows? Lookup { get; set; }

    /// <summary>Trained vectors before those of the text, [tokens × embedding], float32; null for none.</summary>
    public Tensor? Prompt { get; set; }

    /// <summary>Number of vectors in <see cref="Prompt"/>.</summary>
    public int PromptLength => Prompt is null ? 0 : (int)Prompt.shape[0];

    /// <param name="ids">int64, [batch × length].</param>
    /// <param name="typeIds">int64, [batch × length]; null for all 0.</param>
    /// <returns>[batch × prompt + length × hidden], float32.</returns>
    public override Tensor forward(Tensor ids, Tensor? typeIds)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long length) = (ids.shape[0], ids.shape[1]);
        Tensor sum = Lookup is null ? words.index_select(0, ids.reshape(-1)).view(batch, length, config.EmbeddingSize) : Lookup.Look(ids);
        if (Prompt is not null) sum = cat([Prompt.unsqueeze(0).expand(batch, PromptLength, config.EmbeddingSize), sum], 1);

        Tensor places = Places(ids);
        if (types is not null && typeIds is null) places = places + types.narrow(0, 0, 1);
        sum = sum + places;
        if (types is not null && typeIds is not null) sum = sum + TypesOf(typeIds);

        sum = run.Drop(norm.forward(sum));
        if (projection is not null) sum = projection.forward(sum.to(run.Type)).to(ScalarType.Float32);
        return sum.MoveToOuterDisposeScope();
    }

    // [1 or batch × prompt + length × embedding]
    private Tensor Places(Tensor ids)
    {
        long length = PromptLength + ids.shape[1];
        int first = config.CountsPositionsFromPad ? config.PadToken + 1 : 0;
        Tensor? kept = config.CountsPositionsFromPad ? ids.IsNot(config.PadToken) : null;
        if (kept is null || (ids.device_type == DeviceType.CPU && kept.all().ToBoolean()))
            return positions.narrow(0, first, length).unsqueeze(0);

        // Padding has the position PadToken, and other tokens count on from there: transformers' create_position_ids_from_input_ids.
        if (PromptLength > 0) kept = cat([ones(ids.shape[0], PromptLength, ScalarType.Bool, ids.device), kept], 1);
        Tensor counted = kept.to(ScalarType.Int64);
        counted = (counted.cumsum(1) * counted).PlusWhole(config.PadToken);
        return positions.index_select(0, counted.reshape(-1)).view(ids.shape[0], length, config.EmbeddingSize);
    }

    private Tensor TypesOf(Tensor typeIds)
    {
        Tensor known = PromptLength == 0 ? typeIds : cat([zeros(typeIds.shape[0], PromptLength, ScalarType.Int64, typeIds.device), typeIds], 1);
        return types!.index_select(0, known.reshape(-1)).view(known.shape[0], known.shape[1], config.EmbeddingSize);
    }
}
