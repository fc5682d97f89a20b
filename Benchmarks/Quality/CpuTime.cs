namespace MLPipes.Benchmarks;

/// <summary>A clock that counts this process's processor time, divided by its threads: on a machine that others use too it moves as a quiet machine's clock would.</summary>
/// <remarks>A second in which not all threads work counts for less than it would on the wall; so say where figures come from.</remarks>
internal sealed class CpuTime(int threads) : TimeProvider
{
    /// <summary>What the clock shows when the process starts.</summary>
    public DateTimeOffset Origin { get; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Environment.CpuUsage.TotalTime.Ticks / threads;

    public override DateTimeOffset GetUtcNow() => Origin + TimeSpan.FromTicks(GetTimestamp());
}
