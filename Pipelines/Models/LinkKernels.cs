using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>Element-wise links, eight scores at a time.</summary>
/// <remarks>
/// A score's prediction must not depend on how many others stand beside it, and a scalar exp differs from the vector one in the last
/// bit. So the rest that does not fill a vector goes through the same vector code, padded.
/// </remarks>
internal static class LinkKernels
{
    private static readonly int width = Vector256<float>.Count;

    /// <summary>1 / (1 + exp(−(slope · score + offset))), in place.</summary>
    public static void Logistic(Span<float> scores, float slope, float offset)
    {
        Vector256<float> slopes = Vector256.Create(slope), offsets = Vector256.Create(offset);
        if (scores.Length == 1)
        {
            // By register: through memory, the vector would wait for its one number to be written.
            scores[0] = Logistic(Vector256.CreateScalar(scores[0]), slopes, offsets).ToScalar();
            return;
        }
        int i = 0;
        for (; i <= scores.Length - width; i += width) Logistic(Vector256.Create<float>(scores[i..]), slopes, offsets).CopyTo(scores[i..]);
        if (i == scores.Length) return;
        Span<float> rest = stackalloc float[Vector256<float>.Count];
        rest.Clear();
        scores[i..].CopyTo(rest);
        Logistic(Vector256.Create<float>(rest), slopes, offsets).CopyTo(rest);
        rest[..(scores.Length - i)].CopyTo(scores[i..]);
    }

    /// <summary>exp(score), in place.</summary>
    public static void Exp(Span<float> scores)
    {
        int i = 0;
        for (; i <= scores.Length - width; i += width) Vector256.Exp(Vector256.Create<float>(scores[i..])).CopyTo(scores[i..]);
        if (i == scores.Length) return;
        Span<float> rest = stackalloc float[Vector256<float>.Count];
        rest.Clear();
        scores[i..].CopyTo(rest);
        Vector256.Exp(Vector256.Create<float>(rest)).CopyTo(rest);
        rest[..(scores.Length - i)].CopyTo(scores[i..]);
    }

    // slope · score and the sum are rounded apart, as scalar float arithmetic does, so that machines without FMA agree.
    private static Vector256<float> Logistic(Vector256<float> scores, Vector256<float> slopes, Vector256<float> offsets) =>
        Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-((slopes * scores) + offsets)));
}
