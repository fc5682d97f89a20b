namespace MLPipes.Trainers;

/// <summary>What changes as training goes from 0 to 1.</summary>
/// <remarks>Source: Holzmüller et al., Better by Default, NeurIPS 2024, section 3 (coslog₄ and flat-cos).</remarks>
internal static class NetSchedule
{
    private const int Cycles = 4;

    private static readonly double growth = Math.Pow(2, Cycles) - 1;

    /// <summary>Factor of the learning rate: waves that double in length, each from 0 to 1 and back.</summary>
    public static double Rate(double progress) => 0.5 * (1 - Math.Cos(2 * Math.PI * Math.Log2(1 + (growth * progress))));

    /// <summary>Factor of dropout and weight decay: 1 for the first half, then half a wave down to 0.</summary>
    public static double Restraint(double progress) => progress < 0.5 ? 1 : 0.5 * (1 + Math.Cos(Math.PI * ((2 * progress) - 1)));

    /// <summary>Waves that have ended by then.</summary>
    public static int EndedCycles(double progress) => (int)(Math.Log2(1 + (growth * progress)) + 1e-9);
}
