using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Weights by chance, each a function of the seed and of the weight's place in the order of building.</summary>
internal sealed class FreshWeights(EncoderConfig config, int seed) : IWeightSource, IDisposable
{
    private readonly NoiseSource noise = new(seed);

    public bool Has(string name) => true;

    public Tensor Take(string name, long[] shape, WeightStart start)
    {
        Tensor values = zeros(shape, ScalarType.Float32, CPU);
        switch (start)
        {
            case WeightStart.Zeros:
                break;
            case WeightStart.Ones:
                values.PlusInPlace(1);
                break;
            default:
                values.normal_(0, config.InitializerRange, noise.Next(CPU));
                if (start == WeightStart.NormalButPad)
                {
                    using Tensor pad = values.narrow(0, config.PadToken, 1);
                    pad.zero_();
                }
                break;
        }
        return values;
    }

    public void Dispose() => noise.Dispose();
}
