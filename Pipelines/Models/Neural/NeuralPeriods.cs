using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>The periodic features of numbers, for a tile and for a row with the same bits.</summary>
internal static unsafe class NeuralPeriods
{
    private const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes;

    /// <summary>One number of 32 rows.</summary>
    /// <param name="x">[32].</param>
    /// <param name="frequencies">[waves].</param>
    /// <param name="phases">[waves].</param>
    /// <param name="weights">[waves × mixes].</param>
    /// <param name="biases">[mixes].</param>
    /// <param name="mixed">[mixes × 32].</param>
    public static void Tile(float* x, float* frequencies, float* phases, float* weights, float* biases, float* mixed)
    {
        for (int half = 0; half < TileProduct.Columns; half += 16)
        {
            Vector512<float> value = Vector512.Load(x + half);
            Vector512<float> a = Vector512.Create(biases[0]), b = Vector512.Create(biases[1]), c = Vector512.Create(biases[2]);
            for (int w = 0; w < Waves; w++)
            {
                Vector512<float> wave = NeuralMath.CosineOfTurns(Vector512.FusedMultiplyAdd(Vector512.Create(frequencies[w]), value, Vector512.Create(phases[w])));
                float* mix = weights + (w * Mixes);
                a = Vector512.FusedMultiplyAdd(Vector512.Create(mix[0]), wave, a);
                b = Vector512.FusedMultiplyAdd(Vector512.Create(mix[1]), wave, b);
                c = Vector512.FusedMultiplyAdd(Vector512.Create(mix[2]), wave, c);
            }
            a.Store(mixed + half);
            b.Store(mixed + TileProduct.Columns + half);
            c.Store(mixed + (2 * TileProduct.Columns) + half);
        }
    }

    /// <summary>One number of one row; <paramref name="mixed"/> is [mixes].</summary>
    public static void Row(float x, float* frequencies, float* phases, float* weights, float* biases, float* mixed)
    {
        float* waves = stackalloc float[Waves];
        NeuralMath.CosineOfTurns(Vector512.FusedMultiplyAdd(Vector512.Load(frequencies), Vector512.Create(x), Vector512.Load(phases))).Store(waves);
        for (int mix = 0; mix < Mixes; mix++)
        {
            float sum = biases[mix];
            for (int w = 0; w < Waves; w++) sum = MathF.FusedMultiplyAdd(weights[(w * Mixes) + mix], waves[w], sum);
            mixed[mix] = sum;
        }
    }
}
