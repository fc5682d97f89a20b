namespace MLPipes.Trainers.Torch;

/// <summary>One update's numbers, the same for all values of a weight.</summary>
/// <param name="Clip">Factor of the gradient.</param>
/// <param name="Decay">Factor of the weight: 1 − rate·λ.</param>
/// <param name="Rate">rate / (1 − β₁^t).</param>
/// <param name="Root">1 / √(1 − β₂^t).</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Add1">1 − β₁, rounded once: 1 − (float)β₁ is off by as much as 1e-5 of itself.</param>
/// <param name="Add2">1 − β₂, likewise.</param>
internal readonly record struct AdamWFactors(float Clip, float Decay, float Rate, float Root, float Beta1, float Beta2, float Epsilon, float Add1, float Add2)
{
    /// <summary>The numbers of update <paramref name="number"/> (from 1).</summary>
    public static AdamWFactors Of(AdamWSettings settings, bool decays, double rate, double clip, long number) => new(
        (float)clip,
        decays ? (float)(1 - (rate * settings.WeightDecay)) : 1,
        (float)(rate / (1 - Math.Pow(settings.Beta1, number))),
        (float)(1 / Math.Sqrt(1 - Math.Pow(settings.Beta2, number))),
        (float)settings.Beta1, (float)settings.Beta2, (float)settings.Epsilon, (float)(1 - settings.Beta1), (float)(1 - settings.Beta2));
}
