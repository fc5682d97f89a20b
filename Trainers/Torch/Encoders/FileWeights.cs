using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Weights of a Hugging Face directory, found under the names of a bare encoder, of one with a head, or of a sentence-transformers model.</summary>
internal sealed class FileWeights : IWeightSource
{
    private readonly WeightFiles files;
    private readonly EncoderConfig config;
    private readonly string directory;
    private readonly Device device;
    private readonly string prefix;
    private readonly HashSet<string> names;

    /// <exception cref="TorchException">The files hold no encoder of this kind.</exception>
    public FileWeights(WeightFiles files, EncoderConfig config, string directory, Device device)
    {
        (this.files, this.config, this.directory, this.device) = (files, config, directory, device);
        names = [.. files.Names];
        string own = EncoderNames.Of(config.Kind).Prefix;
        string first = EncoderNames.Words + ".weight";
        prefix = new[] { "", own, "model.", "encoder.", "auto_model.", "0.auto_model." }.FirstOrDefault(p => names.Contains(p + first))
            ?? throw new TorchException($"{directory}: found no weight '{own}{first}' among {names.Count} ({string.Join(", ", names.Order(StringComparer.Ordinal).Take(3))}, …), expected those of a {EncoderNames.Of(config.Kind).Architecture}. {EncoderConfig.FileName} and the weights do not belong together.");
    }

    public bool Has(string name) => Find(name) is not null;

    public Tensor Take(string name, long[] shape, WeightStart start)
    {
        string found = Find(name)
            ?? throw new TorchException($"{directory}: the weight '{prefix}{name}' is missing, expected with shape {Shown(shape)} as {EncoderConfig.FileName} says (model_type {config.Kind}, {config.Layers} layers). Fetch the encoder's directory again.");
        long[] actual = files.ShapeOf(found);
        if (!actual.AsSpan().SequenceEqual(shape))
            throw new TorchException($"{directory}: the weight '{found}' has shape {Shown(actual)}, expected {Shown(shape)} as {EncoderConfig.FileName} says. {EncoderConfig.FileName} and the weights do not belong together.");
        Tensor values = files.Read(found);
        // One such number makes all scores of the encoder the same NaN, long after this.
        if (values.numel() > 0 && MemoryMarshal.Cast<byte, float>(values.bytes).ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
        {
            values.Dispose();
            throw new TorchException($"{directory}: the weight '{found}' holds NaN or infinity, expected finite numbers. The training that wrote it failed, or the file is damaged; take an earlier state of it, or fetch it again.");
        }
        return device.type == TorchSharp.DeviceType.CPU ? values : values.to(device, disposeAfter: true);
    }

    // Old files name the two weights of a norm gamma and beta.
    private string? Find(string name)
    {
        if (names.Contains(prefix + name)) return prefix + name;
        string old = prefix + name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
        return names.Contains(old) ? old : null;
    }

    private static string Shown(long[] shape) => $"[{string.Join(", ", shape)}]";
}
