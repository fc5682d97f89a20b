using System.Globalization;

namespace MLPipes.AutoSearch;

/// <summary>
/// Looks again and again at what this process and the workers hold. Near the limit it drops what can be computed again; over it, it ends the
/// fit that is most likely behind it.
/// </summary>
/// <remarks>What a process holds grows between two looks, so that it acts before the limit itself is reached.</remarks>
internal sealed class MemoryWatch : IDisposable
{
    private const double TrimShare = 0.75, EndShare = 0.9;
    private static readonly TimeSpan tick = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan trimPause = TimeSpan.FromSeconds(2);
    // How long a fit that was told to end may take before another one is.
    private static readonly TimeSpan endPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly List<Fit> running = [];
    private readonly long limit;
    private readonly Func<int[]> workers;
    private readonly Action dropCaches;
    private readonly long atStart;
    private readonly ManualResetEventSlim over = new();
    private readonly Thread thread;
    private long lastTrim;
    private long lastEnd;
    private long held;

    /// <param name="limit">Most bytes that all processes together should hold.</param>
    /// <param name="workers">Processes of the workers.</param>
    /// <param name="dropCaches">Drops what can be computed again.</param>
    public MemoryWatch(long limit, Func<int[]> workers, Action dropCaches)
    {
        this.limit = limit;
        this.workers = workers;
        this.dropCaches = dropCaches;
        atStart = ResidentMemory.Of(Environment.ProcessId);
        // A thread of its own: on the pool it would wait behind the very work that it is to end.
        thread = new Thread(Watch) { IsBackground = true, Name = "mlpipes memory", Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    /// <summary>Says that a fit begins; dispose when it has ended.</summary>
    /// <param name="process">The worker that it runs in; null for this process.</param>
    /// <param name="end">Ends it.</param>
    public Fit Enter(int? process, Action end)
    {
        Fit fit = new(this, process, end);
        lock (gate) running.Add(fit);
        return fit;
    }

    /// <summary>A reason with the figures.</summary>
    public string Describe(string what) => string.Create(CultureInfo.InvariantCulture,
        $"{what}: this process and its workers held {Volatile.Read(ref held) >> 20} MB, the limit is {limit >> 20} MB. Allow more memory, or give fewer columns or rows.");

    public void Dispose()
    {
        over.Set();
        thread.Join();
        over.Dispose();
    }

    private void Watch()
    {
        while (!over.Wait(tick))
        {
            int[] ids = workers();
            long[] each = [.. ids.Select(ResidentMemory.Of)];
            long own = ResidentMemory.Of(Environment.ProcessId), sum = own + each.Sum();
            Volatile.Write(ref held, sum);
            if (sum > limit * EndShare) Relieve(own, ids, each);
            else if (sum > limit * TrimShare && IsPast(lastTrim, trimPause * 5)) Trim();
        }
    }

    private void Relieve(long own, int[] ids, long[] each)
    {
        (int? process, long size) = (null, own - atStart);
        for (int i = 0; i < ids.Length; i++) if (each[i] > size) (process, size) = (ids[i], each[i]);
        // Garbage and caches go first, where the growth is here; a worker that grows is not waited for.
        if (process is null && IsPast(lastTrim, trimPause))
        {
            Trim();
            return;
        }
        if (!IsPast(lastEnd, endPause)) return;
        Fit? victim;
        lock (gate)
        {
            // The youngest has the least to lose.
            victim = running.FindLast(f => f.Process == process && f.EndedFor is null) ?? running.FindLast(f => f.EndedFor is null);
        }
        if (victim is null)
        {
            if (IsPast(lastTrim, trimPause)) Trim();
            return;
        }
        lastEnd = TimeProvider.System.GetTimestamp();
        victim.EndFor(Describe("it was ended for its memory"));
    }

    private void Trim()
    {
        dropCaches();
        ResidentMemory.Trim();
        lastTrim = TimeProvider.System.GetTimestamp();
    }

    private static bool IsPast(long since, TimeSpan pause) => since == 0 || TimeProvider.System.GetElapsedTime(since) > pause;

    /// <summary>A fit that runs.</summary>
    internal sealed class Fit(MemoryWatch watch, int? process, Action end) : IDisposable
    {
        private readonly Lock ending = new();
        private bool hasLeft;
        private volatile string? endedFor;

        /// <summary>The worker that it runs in; null for this process.</summary>
        public int? Process { get; } = process;

        /// <summary>Why it was ended; null while it was not.</summary>
        public string? EndedFor => endedFor;

        public void EndFor(string reason)
        {
            lock (ending)
            {
                if (hasLeft) return;
                endedFor = reason;
                end();
            }
        }

        public void Dispose()
        {
            // From here on its worker may be at another fit, and must not be ended in its place.
            lock (ending) hasLeft = true;
            lock (watch.gate) watch.running.Remove(this);
        }
    }
}
