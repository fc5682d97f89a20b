using System.Runtime.Intrinsics;

namespace MLPipes.Trainers;

/// <summary>Adam with decoupled weight decay, in one pass over memory.</summary>
/// <remarks>
/// Kingma and Ba, Adam, ICLR 2015, algorithm 1; Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
/// </remarks>
/// <param name="Rate">Learning rate of this step with both corrections of bias.</param>
/// <param name="Epsilon">Added to the root, corrected likewise.</param>
/// <param name="Beta2">What is kept of the mean of squares.</param>
/// <param name="Shrink">Factor of gradients, where they are clipped.</param>
internal readonly record struct AdamStep(double Rate, double Epsilon, double Beta2, float Shrink = 1)
{
    private const double Beta1 = 0.9;

    /// <summary>The step with number <paramref name="step"/> (from 1) at a learning rate.</summary>
    public static AdamStep At(long step, double rate, double beta2)
    {
        double root = Math.Sqrt(1 - Math.Pow(beta2, step));
        return new AdamStep(rate * root / (1 - Math.Pow(Beta1, step)), 1e-8 * root, beta2);
    }

    /// <summary>Moves a multiple of 16 parameters.</summary>
    /// <param name="values">Parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="first">Mean of gradients.</param>
    /// <param name="second">Mean of their squares.</param>
    /// <param name="count">How many.</param>
    /// <param name="factor">Factor of the rate.</param>
    /// <param name="decay">Share of each parameter that is taken off.</param>
    public unsafe void Apply(float* values, float* gradients, float* first, float* second, int count, double factor, double decay)
    {
        Vector512<float> rate = Vector512.Create((float)(-Rate * factor)), epsilon = Vector512.Create((float)Epsilon), keep = Vector512.Create((float)(1 - decay)), shrink = Vector512.Create(Shrink);
        Vector512<float> new1 = Vector512.Create((float)(1 - Beta1)), new2 = Vector512.Create((float)(1 - Beta2)), old2 = Vector512.Create((float)Beta2);
        for (int i = 0; i < count; i += 16)
        {
            Vector512<float> g = Vector512.Load(gradients + i) * shrink, m = Vector512.Load(first + i);
            m = Vector512.FusedMultiplyAdd(g - m, new1, m);
            Vector512<float> v = Vector512.FusedMultiplyAdd(g * g, new2, old2 * Vector512.Load(second + i));
            m.Store(first + i);
            v.Store(second + i);
            Vector512.FusedMultiplyAdd(m / (Vector512.Sqrt(v) + epsilon), rate, Vector512.Load(values + i) * keep).Store(values + i);
        }
    }
}
