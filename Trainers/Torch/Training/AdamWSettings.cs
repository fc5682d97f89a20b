namespace MLPipes.Trainers.Torch;

/// <summary>Constants of AdamW.</summary>
/// <param name="WeightDecay">Decoupled weight decay λ: each update multiplies a weight by 1 − rate·λ.</param>
/// <param name="Beta1">Share of the running mean of gradients that stays.</param>
/// <param name="Beta2">Share of the running mean of squares that stays.</param>
/// <param name="Epsilon">Added to the root of the squares.</param>
internal sealed record AdamWSettings(double WeightDecay = 0.01, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8);
