using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>From outputs to the shares of classes, and from mean shares back to a score.</summary>
internal static unsafe class NeuralShares
{
    private const int Columns = TileProduct.Columns;

    /// <summary>Replaces the outputs of a tile, [outputs × 32], by the shares of classes: logistic of a single one, softmax of several.</summary>
    public static void Tile(float* outputs, int count)
    {
        for (int half = 0; half < Columns; half += 16)
        {
            float* at = outputs + half;
            if (count > 1) Softmax(at, count);
            else (Vector512<float>.One / (Vector512<float>.One + NeuralMath.Exp(-Vector512.Load(at)))).Store(at);
        }
    }

    /// <summary>Softmax of the outputs in 16 columns of a tile, in place.</summary>
    public static void Softmax(float* at, int count)
    {
        Vector512<float> most = Vector512.Load(at), total = Vector512<float>.Zero;
        for (int k = 1; k < count; k++) most = Vector512.MaxNative(most, Vector512.Load(at + (k * Columns)));
        for (int k = 0; k < count; k++)
        {
            Vector512<float> e = NeuralMath.Exp(Vector512.Load(at + (k * Columns)) - most);
            total += e;
            e.Store(at + (k * Columns));
        }
        for (int k = 0; k < count; k++) (Vector512.Load(at + (k * Columns)) / total).Store(at + (k * Columns));
    }

    /// <summary>The score that a link turns into a mean share: its log-odds where it is the only output, its logarithm among several.</summary>
    public static float ScoreOf(double share, int outputs)
    {
        // What exponentials in float32 tell from 0 and from 1.
        share = Math.Clamp(share, 1e-37, 1);
        return (float)(outputs > 1 ? Math.Log(share) : Math.Log(share / Math.Max(1e-8, 1 - share)));
    }
}
