using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>An encoder as plain data in a model bundle: its config.json and its weights, float32.</summary>
/// <remarks>A bundle's part holds at most 2 GiB, so about 500 million weights; larger encoders are refused as they are stored.</remarks>
internal sealed class EncoderParts : IPlainPart<EncoderParts>
{
    // What remains of a part's 2 GiB for the rest of the model.
    private const long MaxWeights = 500_000_000;

    private readonly Dictionary<string, float[]> weights;

    private EncoderParts(EncoderConfig config, Dictionary<string, float[]> weights) => (Config, this.weights) = (config, weights);

    public static string Kind => "text-encoder-weights";

    /// <summary>Sizes and settings.</summary>
    public EncoderConfig Config { get; }

    /// <summary>Copies an encoder's weights as they are now; adapters are not part of it, so merge them first.</summary>
    /// <exception cref="TorchException">It is too large for a bundle.</exception>
    public static EncoderParts Of(TextEncoder encoder)
    {
        long count = encoder.Weights.Values.Sum(w => w.numel());
        if (count > MaxWeights)
            throw new TorchException($"An encoder of {count} weights does not fit into a model file, which holds at most {MaxWeights} of one. Save the encoder as a directory, or choose a smaller one.");
        return new EncoderParts(encoder.Config, encoder.Weights.ToDictionary(w => w.Key, w => TextEncoder.Values(w.Value), StringComparer.Ordinal));
    }

    /// <summary>Makes the encoder; the caller owns it.</summary>
    public TextEncoder Build(Device device) => TextEncoder.Build(Config, new PlainWeights(weights, device));

    public void Write(PlainWriter writer)
    {
        writer.Bytes(EncoderConfigJson.Write(Config));
        writer.Int(weights.Count);
        foreach ((string name, float[] values) in weights)
        {
            writer.String(name);
            writer.Floats(values);
        }
    }

    public static EncoderParts Read(PlainReader reader)
    {
        EncoderConfig config;
        try
        {
            config = EncoderConfigJson.Parse(reader.Bytes(), EncoderConfig.FileName);
        }
        catch (TorchException error)
        {
            throw reader.Damaged(error.Message.TrimEnd('.'));
        }
        Dictionary<string, long> expected = EncoderShapes.Of(config).Concat(EncoderShapes.Optional(config))
            .ToDictionary(w => w.Name, w => w.Shape.Aggregate(1L, (product, size) => product * size), StringComparer.Ordinal);
        Dictionary<string, float[]> weights = new(StringComparer.Ordinal);
        for (int left = reader.Int(0, expected.Count); left > 0; left--)
        {
            string name = reader.String();
            if (!expected.TryGetValue(name, out long count)) throw reader.Damaged("a weight does not belong to the encoder that the configuration describes");
            float[] values = reader.Floats();
            if (values.Length != count) throw reader.Damaged($"the weight '{name}' holds {values.Length} values, expected {count}");
            if (!weights.TryAdd(name, values)) throw reader.Damaged($"the weight '{name}' stands twice");
        }
        string? missing = EncoderShapes.Of(config).Select(w => w.Name).FirstOrDefault(n => !weights.ContainsKey(n));
        if (missing is not null) throw reader.Damaged($"the weight '{missing}' is missing");
        if (EncoderShapes.Optional(config).Count(w => weights.ContainsKey(w.Name)) == 1) throw reader.Damaged("one of the pooler's two weights is missing");
        return new EncoderParts(config, weights);
    }

    private sealed class PlainWeights(Dictionary<string, float[]> weights, Device device) : IWeightSource
    {
        public bool Has(string name) => weights.ContainsKey(name);

        public Tensor Take(string name, long[] shape, WeightStart start) => tensor(weights[name], shape, device: device);
    }
}
