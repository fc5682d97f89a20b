namespace MLPipes.Trainers;

/// <summary>A learning rate that rises shortly and then falls to 0; some epochs without gain end the fit.</summary>
/// <param name="patience">How many.</param>
internal sealed class NetDecline(int patience) : INetSchedule
{
    private const double Rise = 0.02;

    /// <inheritdoc/>
    /// <remarks>Half a wave down behind a straight rise: where few epochs can be afforded, a rate that falls gets further than a steady one.</remarks>
    public double Rate(double progress) => progress < Rise ? progress / Rise : 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, (progress - Rise) / (1 - Rise))));

    /// <inheritdoc/>
    public double Restraint(double progress) => 1;

    /// <inheritdoc/>
    public bool IsPast(double progress, double best, double epoch) => progress - best > (patience - 0.5) * epoch;
}
