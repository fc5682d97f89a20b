using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>MPNet's bias of attention scores by distance: small distances one by one, larger ones in buckets that widen with their logarithm.</summary>
/// <remarks>Source: Raffel et al., JMLR 21, 2020, section 2.1, as MPNet has it: half the buckets for tokens behind, half for those ahead, up to a distance of 128.</remarks>
internal sealed class RelativePositions : nn.Module
{
    private const int Farthest = 128;

    private readonly int buckets;
    private Parameter weight;

    public RelativePositions(EncoderConfig config, IWeightSource source) : base("relative_attention_bias")
    {
        buckets = config.RelativeBuckets;
        weight = OwnedWeight.Of(source.Take(EncoderNames.Of(config.Kind).RelativeBias + ".weight", [buckets, config.Heads], WeightStart.Normal));
        RegisterComponents();
    }

    /// <summary>[buckets × heads].</summary>
    public Parameter Weight => weight;

    /// <summary>Bias for texts of a length: [1 × heads × length × length], float32.</summary>
    public Tensor Bias(int length)
    {
        long[] places = new long[(long)length * length];
        for (int from = 0; from < length; from++)
        {
            for (int to = 0; to < length; to++) places[(long)from * length + to] = Bucket(to - from);
        }
        using DisposeScope scope = NewDisposeScope();
        Tensor at = tensor(places, device: weight.device);
        return weight.index_select(0, at).view(length, length, weight.shape[1]).permute(2, 0, 1).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>The bucket of a distance: negative for a token behind.</summary>
    internal int Bucket(int distance)
    {
        int half = buckets / 2, exact = half / 2;
        int far = Math.Abs(distance);
        int side = distance > 0 ? half : 0;
        if (far < exact) return side + far;
        // float32 as in the original, so that a distance on the edge of two buckets falls into the same one.
        float share = MathF.Log(far / (float)exact) / (float)Math.Log(Farthest / (double)exact);
        return side + Math.Min(half - 1, exact + (int)(share * (half - exact)));
    }
}
