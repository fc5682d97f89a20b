using System.Runtime.Intrinsics;

namespace MLPipes.Trainers.Torch;

/// <summary>AdamW's arithmetic over memory. Each value depends on its own history alone, so any cut into parts gives the same bits.</summary>
/// <remarks>
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← decay·p − rate·m / (√v·root + ε).
/// Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019, algorithm 2.
/// </remarks>
internal static unsafe class AdamWKernels
{
    /// <summary>One update of <paramref name="count"/> values.</summary>
    public static void Update(float* p, float* m, float* v, float* g, long count, in AdamWFactors f)
    {
        float keep1 = f.Beta1, add1 = f.Add1, keep2 = f.Beta2, add2 = f.Add2, clip = f.Clip, decay = f.Decay, rate = f.Rate, root = f.Root, epsilon = f.Epsilon;
        long i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> k1 = Vector512.Create(keep1), a1 = Vector512.Create(add1), k2 = Vector512.Create(keep2), a2 = Vector512.Create(add2),
                c = Vector512.Create(clip), d = Vector512.Create(decay), r = Vector512.Create(rate), s = Vector512.Create(root), e = Vector512.Create(epsilon);
            for (; i <= count - 16; i += 16)
            {
                Vector512<float> gradient = Vector512.Load(g + i) * c;
                Vector512<float> mean = (Vector512.Load(m + i) * k1) + (gradient * a1);
                Vector512<float> square = (Vector512.Load(v + i) * k2) + (gradient * gradient * a2);
                mean.Store(m + i);
                square.Store(v + i);
                ((Vector512.Load(p + i) * d) - (r * mean / ((Vector512.Sqrt(square) * s) + e))).Store(p + i);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Vector256<float> k1 = Vector256.Create(keep1), a1 = Vector256.Create(add1), k2 = Vector256.Create(keep2), a2 = Vector256.Create(add2),
                c = Vector256.Create(clip), d = Vector256.Create(decay), r = Vector256.Create(rate), s = Vector256.Create(root), e = Vector256.Create(epsilon);
            for (; i <= count - 8; i += 8)
            {
                Vector256<float> gradient = Vector256.Load(g + i) * c;
                Vector256<float> mean = (Vector256.Load(m + i) * k1) + (gradient * a1);
                Vector256<float> square = (Vector256.Load(v + i) * k2) + (gradient * gradient * a2);
                mean.Store(m + i);
                square.Store(v + i);
                ((Vector256.Load(p + i) * d) - (r * mean / ((Vector256.Sqrt(square) * s) + e))).Store(p + i);
            }
        }
        for (; i < count; i++)
        {
            float gradient = g[i] * clip;
            float mean = (m[i] * keep1) + (gradient * add1);
            float square = (v[i] * keep2) + (gradient * gradient * add2);
            m[i] = mean;
            v[i] = square;
            p[i] = (p[i] * decay) - (rate * mean / ((MathF.Sqrt(square) * root) + epsilon));
        }
    }

    /// <summary>Updates <paramref name="steps"/> in turn without a gradient: the same as <see cref="Update"/> with zeros, while the values stay in registers.</summary>
    public static void Replay(float* p, float* m, float* v, int count, ReadOnlySpan<AdamWFactors> steps)
    {
        if (steps.Length == 0) return;
        float keep1 = steps[0].Beta1, keep2 = steps[0].Beta2, epsilon = steps[0].Epsilon;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> k1 = Vector512.Create(keep1), k2 = Vector512.Create(keep2), e = Vector512.Create(epsilon);
            for (; i <= count - 16; i += 16)
            {
                Vector512<float> weight = Vector512.Load(p + i), mean = Vector512.Load(m + i), square = Vector512.Load(v + i);
                foreach (ref readonly AdamWFactors f in steps)
                {
                    mean *= k1;
                    square *= k2;
                    weight = (weight * f.Decay) - (Vector512.Create(f.Rate) * mean / ((Vector512.Sqrt(square) * f.Root) + e));
                }
                weight.Store(p + i);
                mean.Store(m + i);
                square.Store(v + i);
            }
        }
        for (; i < count; i++)
        {
            float weight = p[i], mean = m[i], square = v[i];
            foreach (ref readonly AdamWFactors f in steps)
            {
                mean *= keep1;
                square *= keep2;
                weight = (weight * f.Decay) - (f.Rate * mean / ((MathF.Sqrt(square) * f.Root) + epsilon));
            }
            p[i] = weight;
            m[i] = mean;
            v[i] = square;
        }
    }

    /// <summary>Updates <paramref name="steps"/> of values whose mean gradient has died away: the weight and the squares decay alone.</summary>
    public static void Fade(float* p, float* v, int count, ReadOnlySpan<AdamWFactors> steps)
    {
        if (steps.Length == 0) return;
        float keep = steps[0].Beta2;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            // Four at a time, because each product waits for the one before it.
            for (; i <= count - 64; i += 64)
            {
                Vector512<float> p0 = Vector512.Load(p + i), p1 = Vector512.Load(p + i + 16), p2 = Vector512.Load(p + i + 32), p3 = Vector512.Load(p + i + 48);
                foreach (ref readonly AdamWFactors f in steps)
                {
                    Vector512<float> decay = Vector512.Create(f.Decay);
                    p0 *= decay;
                    p1 *= decay;
                    p2 *= decay;
                    p3 *= decay;
                }
                p0.Store(p + i);
                p1.Store(p + i + 16);
                p2.Store(p + i + 32);
                p3.Store(p + i + 48);
            }
        }
        for (; i < count; i++)
        {
            float weight = p[i];
            foreach (ref readonly AdamWFactors f in steps) weight *= f.Decay;
            p[i] = weight;
        }
        if (v == null) return;
        // A square that fades to nothing in many steps: the products are the same whatever the grouping.
        for (int j = 0; j < count; j++)
        {
            float square = v[j];
            if (square == 0) continue;
            for (int step = 0; step < steps.Length; step++) square *= keep;
            v[j] = square;
        }
    }

    /// <summary>Σ g², in an order that depends on <paramref name="count"/> alone.</summary>
    public static double SquareSum(float* g, long count)
    {
        double total = 0;
        long i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (; i <= count - 64; i += 64)
            {
                Vector512<float> x0 = Vector512.Load(g + i), x1 = Vector512.Load(g + i + 16), x2 = Vector512.Load(g + i + 32), x3 = Vector512.Load(g + i + 48);
                s0 += x0 * x0;
                s1 += x1 * x1;
                s2 += x2 * x2;
                s3 += x3 * x3;
            }
            total = Vector512.Sum(s0 + s1 + (s2 + s3));
        }
        for (; i < count; i++) total += (double)g[i] * g[i];
        return total;
    }
}
