using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Makes the weights of light text networks from a managed source of randomness, and reads them back.</summary>
internal static class TextWeights
{
    /// <summary>Uniform in ±<paramref name="most"/>.</summary>
    public static Parameter Draw(long[] shape, double most, Random random)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(((2 * random.NextDouble()) - 1) * most);
        return new Parameter(tensor(values).view(shape).contiguous());
    }

    /// <summary>Zeros, [count].</summary>
    public static Parameter Zeros(long count) => new(zeros(count));

    /// <summary>The values, row-major.</summary>
    public static float[] ArrayOf(Tensor value)
    {
        using Tensor flat = value.detach().cpu().contiguous().reshape(-1);
        return [.. flat.data<float>()];
    }

    /// <summary>[batch × positions × 1]: 1 where the position is below its text's length + <paramref name="more"/>, else 0.</summary>
    public static Tensor Mask(int[] lengths, long positions, int more)
    {
        float[] mask = new float[lengths.Length * positions];
        for (int row = 0; row < lengths.Length; row++) mask.AsSpan((int)(row * positions), (int)Math.Min(positions, lengths[row] + more)).Fill(1);
        return tensor(mask).view(lengths.Length, positions, 1);
    }
}
