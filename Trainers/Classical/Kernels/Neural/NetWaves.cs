namespace MLPipes.Trainers;

/// <summary>Four waves of the learning rate; a whole one without gain ends the fit.</summary>
/// <remarks>Source: Holzmüller et al., Better by Default, NeurIPS 2024, section 3 (coslog₄ and flat-cos).</remarks>
internal sealed class NetWaves : INetSchedule
{
    private const int Cycles = 4;

    private static readonly double growth = Math.Pow(2, Cycles) - 1;

    /// <inheritdoc/>
    /// <remarks>Waves that double in length, each from 0 to 1 and back.</remarks>
    public double Rate(double progress) => 0.5 * (1 - Math.Cos(2 * Math.PI * Math.Log2(1 + (growth * progress))));

    /// <inheritdoc/>
    /// <remarks>1 for the first half, then half a wave down to 0.</remarks>
    public double Restraint(double progress) => progress < 0.5 ? 1 : 0.5 * (1 + Math.Cos(Math.PI * ((2 * progress) - 1)));

    /// <inheritdoc/>
    /// <remarks>A whole wave of the learning rate without gain: the rest, which is longer, would not bring it.</remarks>
    public bool IsPast(double progress, double best, double epoch)
    {
        int ended = EndedCycles(progress);
        return ended >= 2 && EndedCycles(best + epoch) < ended - 1;
    }

    /// <summary>Waves that have ended by then.</summary>
    public static int EndedCycles(double progress) => (int)(Math.Log2(1 + (growth * progress)) + 1e-9);
}
