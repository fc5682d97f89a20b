using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A transformer encoder of any <see cref="EncoderKind"/>: token ids in, one vector a token out.</summary>
/// <remarks>
/// One implementation for all kinds; the configuration says what differs and <see cref="EncoderNames"/> where a kind keeps its weights.
/// Weights are float32 always; see <see cref="Precision"/>. Not safe for use by several threads while it trains; under
/// <see cref="HoldWeights"/> and without gradients it is.
/// </remarks>
internal sealed partial class TextEncoder : nn.Module<Tensor, Tensor, Tensor?, Tensor>
{
    // Added to the score of a padded position: its weight is 0 exactly after softmax, also in bfloat16, and no row of padding alone turns to NaN.
    private const float Hidden = -30_000;

    private readonly EncoderRun run;
    private readonly EncoderEmbeddings embeddings;
    private readonly RelativePositions? relative;
    private readonly EncoderLayer[] layers;
    private readonly EncoderLayer[] passes;
    private readonly EncoderLinear? pooler;

    private TextEncoder(EncoderConfig config, IWeightSource source) : base("encoder")
    {
        Config = config;
        run = new EncoderRun { HiddenDropout = config.HiddenDropout, AttentionDropout = config.AttentionDropout };
        EncoderNames names = EncoderNames.Of(config.Kind);
        embeddings = new EncoderEmbeddings(config, run, source);
        if (config.RelativeBuckets > 0) relative = new RelativePositions(config, source);
        int groups = config.LayerGroups == 0 ? config.Layers : config.LayerGroups;
        layers = new EncoderLayer[groups * config.InnerLayers];
        for (int layer = 0; layer < layers.Length; layer++)
            layers[layer] = new EncoderLayer(config, names.LayerPrefix(layer / config.InnerLayers, layer % config.InnerLayers), run, source);
        passes = [.. Enumerable.Range(0, config.Layers).SelectMany(layer => layers.Skip(config.GroupOf(layer) * config.InnerLayers).Take(config.InnerLayers))];
        if (names.Pooler is not null && source.Has(names.Pooler + ".weight"))
            pooler = new EncoderLinear(names.Pooler, config.HiddenSize, config.HiddenSize, run, source);
        register_module("embeddings", embeddings);
        if (relative is not null) register_module("relative", relative);
        for (int layer = 0; layer < layers.Length; layer++) register_module($"layer{layer}", layers[layer]);
        if (pooler is not null) register_module("pooler", pooler);
    }

    /// <summary>Sizes and settings.</summary>
    public EncoderConfig Config { get; }

    /// <summary>Embeddings of words, positions and types.</summary>
    public EncoderEmbeddings Embeddings => embeddings;

    /// <summary>The layers with weights of their own, from below; ALBERT's are passed several times.</summary>
    public IReadOnlyList<EncoderLayer> Layers => layers;

    /// <summary>The layer behind the first token's vector; null where the directory has none.</summary>
    public EncoderLinear? Pooler => pooler;

    /// <summary>Number format of matrix products; float32 at first.</summary>
    public Precision Precision
    {
        get => run.Precision;
        set
        {
            if (IsHeld && value != run.Precision) throw new InvalidOperationException("The precision can't change while the weights are held.");
            run.Precision = value;
        }
    }

    /// <summary>Share of values dropped in training everywhere, in [0, 1); at first as the configuration says, which may differ by place.</summary>
    public double Dropout
    {
        get => run.HiddenDropout;
        set => (run.HiddenDropout, run.AttentionDropout) = (value, value);
    }

    /// <summary>Share of attention weights dropped in training, in [0, 1).</summary>
    public double AttentionDropout
    {
        get => run.AttentionDropout;
        set => run.AttentionDropout = value;
    }

    /// <summary>Where dropout draws from; null for no dropout, also in training.</summary>
    public NoiseSource? Noise { get; set; }

    /// <summary>Looks words up in place of the table's own lookup; null for that.</summary>
    public WordRows? Words
    {
        get => embeddings.Lookup;
        set => embeddings.Lookup = value;
    }

    /// <summary>Whether layers compute their inner values again for the gradient, in place of keeping them: less memory, more time.</summary>
    public bool RecomputesLayers { get; set; }

    /// <summary>Device of the weights.</summary>
    public Device Device => embeddings.Words.device;

    /// <summary>Hidden states of the last layer.</summary>
    /// <param name="ids">int64, [batch × length], each below <see cref="EncoderConfig.VocabularySize"/>; length at most <see cref="EncoderConfig.MaxTokens"/>.</param>
    /// <param name="mask">int64, [batch × length]: 1 for tokens, 0 for padding.</param>
    /// <param name="types">int64, [batch × length]; null for all 0. Kinds without types ignore it.</param>
    /// <returns>[batch × length × hidden], float32; of padded positions without meaning.</returns>
    public override Tensor forward(Tensor ids, Tensor mask, Tensor? types) => Run(ids, mask, types, each: null);

    /// <summary>Hidden states of the embeddings and of each layer, Layers + 1 in all; the caller owns them.</summary>
    public IReadOnlyList<Tensor> HiddenStates(Tensor ids, Tensor mask, Tensor? types)
    {
        List<Tensor> states = [];
        Run(ids, mask, types, states);
        return states;
    }

    /// <summary>tanh(W x₀ + b) of the first token: [batch × hidden], float32.</summary>
    /// <exception cref="InvalidOperationException">The encoder has no pooler.</exception>
    public Tensor Pool(Tensor hidden)
    {
        if (pooler is null) throw new InvalidOperationException("This encoder has no pooler.");
        using DisposeScope scope = NewDisposeScope();
        return pooler.forward(hidden.select(1, 0).to(run.Type)).to(ScalarType.Float32).tanh().MoveToOuterDisposeScope();
    }

    private Tensor Run(Tensor ids, Tensor mask, Tensor? types, List<Tensor>? each)
    {
        int length = (int)ids.shape[1] + embeddings.PromptLength;
        if (length > Config.MaxTokens)
            throw new ArgumentException($"A batch of {length} tokens a text, prompt included, is longer than the encoder's {Config.MaxTokens}.", nameof(ids));
        using DisposeScope scope = NewDisposeScope();
        run.Drops = training && Noise is not null;
        if (Noise is not null) run.Noise = Noise;
        Tensor hidden = embeddings.forward(ids, types);
        Keep(hidden);
        Tensor? scoreBias = ScoreBias(mask, length);
        bool recomputes = RecomputesLayers && is_grad_enabled();
        foreach (EncoderLayer layer in passes)
        {
            hidden = recomputes ? LayerRecomputation.Run(layer, run, hidden, scoreBias) : layer.forward(hidden, scoreBias);
            Keep(hidden);
        }
        return Text(hidden).MoveToOuterDisposeScope();

        // The text's own positions, without the prompt's.
        Tensor Text(Tensor states) => embeddings.PromptLength == 0 ? states : states.narrow(1, embeddings.PromptLength, ids.shape[1]);

        void Keep(Tensor states)
        {
            if (each is not null) each.Add(Text(states).alias().MoveToOuterDisposeScope());
        }
    }

    // [batch or 1 × heads or 1 × length or 1 × length]; null where nothing is to be added.
    private Tensor? ScoreBias(Tensor mask, int length)
    {
        Tensor? bias = relative?.Bias(length).to(run.Type);
        // On a GPU looking would wait for it; adding zeros does not.
        if (mask.device_type == DeviceType.CPU && mask.all().ToBoolean()) return bias;
        Tensor padded = mask.Is(0).to(run.Type).TimesInPlace(Hidden);
        if (embeddings.PromptLength > 0) padded = nn.functional.pad(padded, [embeddings.PromptLength, 0]);
        padded = padded.view(mask.shape[0], 1, 1, length);
        return bias is null ? padded : bias + padded;
    }
}
