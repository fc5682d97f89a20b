using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>One transformer layer with norms behind its blocks: h = norm(x + attention(x)), norm(h + feed-forward(h)).</summary>
/// <remarks>Source: Vaswani et al., NeurIPS 2017, sections 3.1 to 3.3, as BERT has it. x: [batch × length × hidden], float32.</remarks>
internal sealed class EncoderLayer : nn.Module<Tensor, Tensor?, Tensor>
{
    // Beyond this the scores of all pairs take more memory than they save time.
    private const int LongestInParts = 512;

    private readonly EncoderConfig config;
    private readonly EncoderRun run;
    private readonly EncoderNorm attentionNorm;
    private readonly EncoderNorm outputNorm;
    private readonly EncoderLinear query, key, value, output, up, down;
    private (Tensor Weight, Tensor Bias)? held;

    /// <param name="config">The encoder's sizes.</param>
    /// <param name="prefix">Prefix of the layer's names.</param>
    /// <param name="run">How the encoder runs.</param>
    /// <param name="source">Gives the weights.</param>
    public EncoderLayer(EncoderConfig config, string prefix, EncoderRun run, IWeightSource source) : base(prefix)
    {
        (this.config, this.run) = (config, run);
        EncoderNames names = EncoderNames.Of(config.Kind);
        int hidden = config.HiddenSize;
        query = new EncoderLinear(prefix + names.Query, hidden, hidden, run, source);
        key = new EncoderLinear(prefix + names.Key, hidden, hidden, run, source);
        value = new EncoderLinear(prefix + names.Value, hidden, hidden, run, source);
        output = new EncoderLinear(prefix + names.Output, hidden, hidden, run, source);
        attentionNorm = new EncoderNorm(prefix + names.AttentionNorm, hidden, config.NormEpsilon, source);
        up = new EncoderLinear(prefix + names.Up, hidden, config.IntermediateSize, run, source);
        down = new EncoderLinear(prefix + names.Down, config.IntermediateSize, hidden, run, source);
        outputNorm = new EncoderNorm(prefix + names.OutputNorm, hidden, config.NormEpsilon, source);
        RegisterComponents();
    }

    /// <summary>Queries of the attention.</summary>
    public EncoderLinear Query => query;

    /// <summary>Keys of the attention.</summary>
    public EncoderLinear Key => key;

    /// <summary>Values of the attention.</summary>
    public EncoderLinear Value => value;

    /// <summary>Product behind the attention.</summary>
    public EncoderLinear Output => output;

    /// <summary>First product of the feed-forward block.</summary>
    public EncoderLinear Up => up;

    /// <summary>Second product of the feed-forward block.</summary>
    public EncoderLinear Down => down;

    /// <summary>All six, in this order: query, key, value, output, up, down.</summary>
    public IReadOnlyList<EncoderLinear> Linears => [query, key, value, output, up, down];

    /// <summary>Norm behind the attention block.</summary>
    public EncoderNorm AttentionNorm => attentionNorm;

    /// <summary>Norm behind the feed-forward block.</summary>
    public EncoderNorm OutputNorm => outputNorm;

    /// <summary>Changes the attention block's result; null for nothing.</summary>
    public IHiddenAdapter? AfterAttention { get; set; }

    /// <summary>Changes the feed-forward block's result; null for nothing.</summary>
    public IHiddenAdapter? AfterFeedForward { get; set; }

    /// <summary>Keys and values before those of the text; null for none.</summary>
    public IKeyValuePrefix? Prefix { get; set; }

    /// <param name="hidden">[batch × length × hidden], float32.</param>
    /// <param name="scoreBias">Added to the attention's scores: [batch or 1 × heads or 1 × length or 1 × length], in the encoder's precision; null for nothing.</param>
    /// <returns>[batch × length × hidden], float32.</returns>
    public override Tensor forward(Tensor hidden, Tensor? scoreBias)
    {
        // One scope a layer: what autograd needs stays alive in its graph, all else goes at once.
        using DisposeScope scope = NewDisposeScope();
        ScalarType type = run.Type;
        Tensor attended = output.forward(Attend(hidden.to(type), scoreBias));
        if (AfterAttention is not null) attended = AfterAttention.Change(attended, run);
        Tensor middle = attentionNorm.forward(hidden + run.Drop(attended));

        Tensor fed = down.forward(Activate(up.forward(middle.to(type))));
        if (AfterFeedForward is not null) fed = AfterFeedForward.Change(fed, run);
        return outputNorm.forward(middle + run.Drop(fed)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor input, Tensor? scoreBias)
    {
        (long batch, long length) = (input.shape[0], input.shape[1]);
        (Tensor q, Tensor k, Tensor v) = Project(input, batch, length);
        if (Prefix is not null)
        {
            (Tensor keys, Tensor values) = Prefix.Read();
            long[] shape = [batch, config.Heads, Prefix.Length, config.HeadSize];
            k = cat([keys.to(k.dtype).unsqueeze(0).expand(shape), k], 2);
            v = cat([values.to(v.dtype).unsqueeze(0).expand(shape), v], 2);
            if (scoreBias is not null) scoreBias = nn.functional.pad(scoreBias, [Prefix.Length, 0]);
        }
        // torch's fused attention takes no dropout of ours, and on the processor is slower than its parts in bfloat16 (1.9 against 1.2 ms a layer
        // for 32 texts of 32 tokens, 7.4 against 6.2 ms for 4 of 256); in float32 it is the faster one. Softmax in float32 is better, and three
        // times faster than torch's in bfloat16.
        bool inParts = (run.Drops && run.AttentionDropout > 0)
            || (run.Precision == Precision.BFloat16 && length <= LongestInParts && input.device_type == DeviceType.CPU);
        Tensor context = inParts
            ? run.DropAttention(Scores(q, k, scoreBias).softmax(-1, ScalarType.Float32).to(v.dtype)).matmul(v)
            : nn.functional.scaled_dot_product_attention(q, k, v, scoreBias!);
        return context.transpose(1, 2).reshape(batch, length, config.HiddenSize);
    }

    private Tensor Scores(Tensor q, Tensor k, Tensor? scoreBias)
    {
        Tensor scores = q.Times(1 / Math.Sqrt(config.HeadSize)).matmul(k.transpose(-2, -1));
        return scoreBias is null ? scores : scores + scoreBias;
    }

    // One product for the three; the weights are put together as they are used.
    private (Tensor Query, Tensor Key, Tensor Value) Project(Tensor input, long batch, long length)
    {
        bool isHeld = held is not null && !is_grad_enabled();
        (Tensor weight, Tensor bias) = isHeld ? held!.Value : Together(run.Type);
        Tensor all = TokenProduct.Of(input, weight, bias);
        if (isHeld || (query.Adapter is null && key.Adapter is null && value.Adapter is null))
        {
            Tensor heads = all.view(batch, length, 3, config.Heads, config.HeadSize).permute(2, 0, 3, 1, 4);
            return (heads.select(0, 0), heads.select(0, 1), heads.select(0, 2));
        }
        return (Part(query, 0), Part(key, 1), Part(value, 2));

        Tensor Part(EncoderLinear linear, int place)
        {
            Tensor own = all.narrow(2, place * config.HiddenSize, config.HiddenSize);
            if (linear.Adapter is not null) own = linear.Adapter.Add(input, own, run);
            return own.view(batch, length, config.Heads, config.HeadSize).transpose(1, 2);
        }
    }

    private (Tensor Weight, Tensor Bias) Together(ScalarType type)
    {
        (Tensor q, Tensor qBias) = query.Cast(type);
        (Tensor k, Tensor kBias) = key.Cast(type);
        (Tensor v, Tensor vBias) = value.Cast(type);
        return (cat([q, k, v], 0), cat([qBias, kBias, vBias], 0));
    }

    private Tensor Activate(Tensor values) => config.Activation switch
    {
        EncoderActivation.Gelu => nn.functional.gelu(values),
        EncoderActivation.GeluTanh => values.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
        EncoderActivation.Relu => nn.functional.relu(values),
        EncoderActivation.Silu => nn.functional.silu(values),
        _ => throw new InvalidOperationException($"There is no activation {config.Activation}."),
    };

    /// <summary>Keeps the weights for inference, cast and put together, until <see cref="Release"/>.</summary>
    internal void Hold()
    {
        Release();
        foreach (EncoderLinear linear in Linears.Skip(3)) linear.Hold();
        using var quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (Tensor Weight, Tensor Bias)[] parts = [.. Linears.Take(3).Select(l => l.Merged(run.Type))];
        held = (cat([.. parts.Select(p => p.Weight)], 0).DetachFromDisposeScope(), cat([.. parts.Select(p => p.Bias)], 0).DetachFromDisposeScope());
    }

    /// <summary>Forgets what <see cref="Hold"/> kept.</summary>
    internal void Release()
    {
        foreach (EncoderLinear linear in Linears) linear.Release();
        held?.Weight.Dispose();
        held?.Bias.Dispose();
        held = null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Release();
        base.Dispose(disposing);
    }
}
