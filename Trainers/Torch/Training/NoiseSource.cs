using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Randomness of one training: each draw is a function of the seed and the number of draws before it, whatever else runs in the process.</summary>
/// <remarks>
/// torch's own dropout draws from one generator for the whole process, so that two fits at once would mix. Here each draw seeds a generator
/// of its own. To compute something again with the same draws (gradient checkpointing), set <see cref="Position"/> back.
/// </remarks>
internal sealed class NoiseSource(int seed) : IDisposable
{
    private readonly Dictionary<DeviceType, Generator> generators = [];

    /// <summary>Draws so far.</summary>
    public long Position { get; set; }

    /// <summary>x / (1 − share) with each value set to 0 with probability <paramref name="share"/>; x itself for 0.</summary>
    public Tensor Dropout(Tensor x, double share)
    {
        if (share <= 0) return x;
        float kept = (float)(1 / (1 - share));
        if (x.device_type == DeviceType.CPU && (x.dtype is ScalarType.Float32 or ScalarType.BFloat16))
        {
            using Tensor mask = empty(x.shape, x.dtype);
            ulong drawn = Mix(((ulong)(uint)seed << 32) ^ (ulong)Position++);
            if (x.dtype == ScalarType.BFloat16) DropoutMask.FillBFloat16(MemoryMarshal.Cast<byte, ushort>(mask.bytes), share, kept, drawn);
            else DropoutMask.Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), share, kept, drawn);
            return x * mask;
        }
        using Tensor keeps = empty_like(x, requires_grad: false).bernoulli_(1 - share, Next(x.device));
        return x * keeps.TimesInPlace(kept);
    }

    /// <summary>Uniform values in [low, high), float32.</summary>
    public Tensor Uniform(long[] shape, double low, double high, Device device) => empty(shape, ScalarType.Float32, device).uniform_(low, high, Next(device));

    /// <summary>A generator in the state of the next draw; for one call of torch.</summary>
    public Generator Next(Device device)
    {
        if (!generators.TryGetValue(device.type, out Generator? generator)) generators[device.type] = generator = new Generator(0, device);
        generator.manual_seed((long)Mix(((ulong)(uint)seed << 32) ^ (ulong)Position++));
        return generator;
    }

    public void Dispose()
    {
        foreach (Generator generator in generators.Values) generator.Dispose();
    }

    // SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014): neighbouring positions give unrelated seeds.
    internal static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
