using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Scores of all tokens for hidden places: norm(activation(W h + b)) · word embeddingsᵀ + c.</summary>
/// <remarks>W: [embedding × hidden], c: [vocabulary]; the word embeddings are the encoder's own (tied). Source: Devlin et al., BERT, its masked-language head.</remarks>
internal sealed class MaskedHead : nn.Module
{
    private readonly EncoderConfig config;
    private Parameter denseWeight;
    private Parameter denseBias;
    private Parameter normWeight;
    private Parameter normBias;
    private Parameter bias;

    private MaskedHead(EncoderConfig config, Func<string, long[], WeightStart, Tensor> take) : base("masked_head")
    {
        this.config = config;
        Names = MaskedHeadNames.Of(config.Kind);
        long width = config.EmbeddingSize;
        denseWeight = new Parameter(take(Names.Dense + ".weight", [width, config.HiddenSize], WeightStart.Normal));
        denseBias = new Parameter(take(Names.Dense + ".bias", [width], WeightStart.Zeros));
        normWeight = new Parameter(take(Names.Norm + ".weight", [width], WeightStart.Ones));
        normBias = new Parameter(take(Names.Norm + ".bias", [width], WeightStart.Zeros));
        bias = new Parameter(take(Names.Bias, [config.VocabularySize], WeightStart.Zeros));
        RegisterComponents();
    }

    /// <summary>Names in the directory.</summary>
    public MaskedHeadNames Names { get; }

    /// <summary>A fresh head, whose guesses begin with how common tokens are.</summary>
    /// <param name="config">The encoder's sizes.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="logShares">Logarithm of each token's share of the texts: [vocabulary].</param>
    public static MaskedHead Create(EncoderConfig config, int seed, float[] logShares)
    {
        using FreshWeights fresh = new(config, seed);
        MaskedHead head = new(config, fresh.Take);
        using IDisposable quiet = no_grad();
        using Tensor shares = tensor(logShares);
        head.bias.copy_(shares);
        return head;
    }

    /// <summary>The head in a directory's weights; null where they hold none.</summary>
    /// <exception cref="TorchException">Its shapes do not fit the encoder.</exception>
    public static MaskedHead? Load(WeightFiles files, EncoderConfig config, string directory)
    {
        HashSet<string> names = [.. files.Names];
        MaskedHeadNames head = MaskedHeadNames.Of(config.Kind);
        return Found(head.Dense + ".weight") is null ? null : new MaskedHead(config, Take);

        Tensor Take(string name, long[] shape, WeightStart start)
        {
            string found = Found(name) ?? throw new TorchException($"{directory}: the head's weight '{name}' is missing, expected with shape [{string.Join(", ", shape)}]. Fetch the encoder's directory again.");
            long[] actual = files.ShapeOf(found);
            return actual.AsSpan().SequenceEqual(shape) ? files.Read(found)
                : throw new TorchException($"{directory}: the weight '{found}' has shape [{string.Join(", ", actual)}], expected [{string.Join(", ", shape)}] as {EncoderConfig.FileName} says.");
        }

        // Old files name a norm's weights gamma and beta, and some keep the vocabulary's bias with the tied weights.
        string? Found(string name)
        {
            string old = name.Replace("Norm.weight", "Norm.gamma", StringComparison.Ordinal).Replace("Norm.bias", "Norm.beta", StringComparison.Ordinal);
            string tied = name == head.Bias ? name[..^"bias".Length] + "decoder.bias" : name;
            return names.Contains(name) ? name : names.Contains(old) ? old : names.Contains(tied) ? tied : null;
        }
    }

    /// <summary>The weights under their names in the directory.</summary>
    public IEnumerable<(string Name, Parameter Value)> Weights =>
    [
        (Names.Dense + ".weight", denseWeight), (Names.Dense + ".bias", denseBias),
        (Names.Norm + ".weight", normWeight), (Names.Norm + ".bias", normBias), (Names.Bias, bias),
    ];

    /// <summary>Scores of all tokens.</summary>
    /// <param name="hidden">Hidden states of the places, float32: [places × hidden].</param>
    /// <param name="words">Word embeddings, float32: [vocabulary × embedding].</param>
    /// <param name="type">Number format of the products.</param>
    /// <returns>[places × vocabulary], float32.</returns>
    public Tensor Scores(Tensor hidden, Tensor words, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor inner = nn.functional.linear(hidden.to(type), denseWeight.to(type), denseBias.to(type)).to(ScalarType.Float32);
        inner = nn.functional.layer_norm(Activate(inner), [config.EmbeddingSize], normWeight, normBias, config.NormEpsilon);
        // The bias is added in float32: in bfloat16 scores of ten would lose it.
        return (nn.functional.linear(inner.to(type), words.to(type)).to(ScalarType.Float32) + bias).MoveToOuterDisposeScope();
    }

    private Tensor Activate(Tensor values) => config.Activation switch
    {
        EncoderActivation.Gelu => nn.functional.gelu(values),
        EncoderActivation.GeluTanh => values.gelu(GELU.Approximate.tanh),
        EncoderActivation.Relu => nn.functional.relu(values),
        _ => nn.functional.silu(values),
    };
}
