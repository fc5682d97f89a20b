namespace MLPipes.AutoSearch;

/// <summary>Looks at the process now and then: most memory held and highest share of all cores used since each trial began.</summary>
internal sealed class ProcessWatch : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, (double Cpu, double Memory)> peaks = [];
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private TimeSpan usedBefore = Environment.CpuUsage.TotalTime;
    private long lookedBefore;

    public ProcessWatch(TimeSpan interval, TimeProvider clock)
    {
        this.clock = clock;
        lookedBefore = clock.GetTimestamp();
        timer = clock.CreateTimer(_ => Look(), null, interval, interval);
    }

    /// <summary>A trial begins.</summary>
    public void Begin(int number)
    {
        lock (gate) peaks[number] = (0, Megabytes);
    }

    /// <summary>Peaks since the trial began: share of all cores in percent, and megabytes.</summary>
    public (double? Cpu, double? Memory) PeakOf(int number)
    {
        Look();
        lock (gate) return peaks.Remove(number, out (double Cpu, double Memory) peak) ? peak : (null, null);
    }

    public void Dispose() => timer.Dispose();

    private static double Megabytes => Environment.WorkingSet / (1024.0 * 1024.0);

    private void Look()
    {
        lock (gate)
        {
            TimeSpan used = Environment.CpuUsage.TotalTime;
            double seconds = clock.GetElapsedTime(lookedBefore).TotalSeconds, memory = Megabytes;
            double cpu = seconds > 0 ? Math.Clamp((used - usedBefore).TotalSeconds / seconds / Environment.ProcessorCount * 100, 0, 100) : 0;
            (usedBefore, lookedBefore) = (used, clock.GetTimestamp());
            foreach (int number in peaks.Keys.ToArray()) peaks[number] = (Math.Max(peaks[number].Cpu, cpu), Math.Max(peaks[number].Memory, memory));
        }
    }
}
