using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

internal sealed partial class TextEncoder
{
    /// <summary>Name of the file with the weights in a Hugging Face directory.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>Reads an encoder from a Hugging Face directory; heads and what else the file holds are left alone.</summary>
    /// <param name="directory">Holds config.json and model.safetensors, whole or in shards.</param>
    /// <param name="device">Where the weights go.</param>
    /// <exception cref="TorchException">A file is missing or damaged, the kind is unknown, or weights and configuration do not match.</exception>
    public static TextEncoder Load(string directory, Device device)
    {
        TorchRuntime.Load();
        EncoderConfig config = EncoderConfig.Read(directory);
        using WeightFiles files = WeightFiles.Open(directory);
        return Build(config, new FileWeights(files, config, directory, device));
    }

    /// <summary>As <see cref="Load(string, Device)"/>, an encoder that is to read what <paramref name="tokenizer"/> gives.</summary>
    /// <exception cref="TorchException">As there, or the tokenizer has tokens that the encoder does not know.</exception>
    public static TextEncoder Load(string directory, Device device, ITextTokenizer tokenizer)
    {
        TextEncoder encoder = Load(directory, device);
        int known = encoder.Config.VocabularySize;
        if (tokenizer.VocabularySize <= known) return encoder;
        encoder.Dispose();
        throw new TorchException($"{directory}: the tokenizer has {tokenizer.VocabularySize} tokens, the encoder knows {known}. The files do not belong together; fetch the directory again.");
    }

    /// <summary>A fresh encoder on the processor, for pre-training from scratch.</summary>
    public static TextEncoder Create(EncoderConfig config, int seed)
    {
        TorchRuntime.Load();
        using FreshWeights weights = new(config, seed);
        return Build(config, weights);
    }

    /// <summary>An encoder with weights from anywhere, in evaluation mode.</summary>
    internal static TextEncoder Build(EncoderConfig config, IWeightSource source)
    {
        TorchRuntime.Load();
        TextEncoder encoder = new(config, source);
        encoder.eval();
        return encoder;
    }

    /// <summary>Writes config.json and model.safetensors, which transformers reads as the same encoder. Adapters are not part of it; merge them first.</summary>
    /// <param name="directory">Made where it is not there; other files in it stay.</param>
    public void Save(string directory)
    {
        Directory.CreateDirectory(directory);
        List<(string, long[], float[])> weights = [.. named_parameters().Select(p => (p.name, p.parameter.shape, Values(p.parameter)))];
        SafetensorsWriter.Write(Path.Combine(directory, WeightsFile), weights, new Dictionary<string, string> { ["format"] = "pt" });
        File.WriteAllBytes(Path.Combine(directory, EncoderConfig.FileName), EncoderConfigJson.Write(Config));
    }

    /// <summary>A weight's values as an array.</summary>
    /// <exception cref="TorchException">It holds more than an array can.</exception>
    internal static float[] Values(Tensor weight)
    {
        const long most = int.MaxValue / sizeof(float);
        if (weight.numel() > most) throw new TorchException($"A weight of shape [{string.Join(", ", weight.shape)}] holds {weight.numel()} values, at most {most} can be stored.");
        using Tensor values = weight.detach().cpu().contiguous();
        return MemoryMarshal.Cast<byte, float>(values.bytes).ToArray();
    }
}
