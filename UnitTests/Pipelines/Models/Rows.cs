namespace MLPipes.Tests.Models;

/// <summary>Rows of features to score, from a seed.</summary>
internal static class Rows
{
    /// <summary>[rows × features] of numbers around 0, a fifth of them 0.</summary>
    public static float[] Random(int features, int rows, int seed = 1)
    {
        Random random = new(seed);
        float[] values = new float[features * rows];
        for (int i = 0; i < values.Length; i++) values[i] = random.Next(5) == 0 ? 0 : (float)((random.NextDouble() * 6) - 3);
        return values;
    }
}
