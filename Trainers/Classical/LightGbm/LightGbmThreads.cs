namespace MLPipes.Trainers;

/// <summary>Agrees on one number of native threads among all fits that run at the same time.</summary>
/// <remarks>
/// LightGBM keeps its number of threads in one global variable, and sizes buffers by it that later steps of the same fit index by it.
/// A fit that changed the number while another runs would let that one write outside its buffers. So the first fit sets the number and
/// those that join it take it over; models do not depend on it (parameter <c>deterministic</c>), except those of linear leaves, whose
/// sums are made a thread each. Fits of these take exactly one thread, and wait until nobody uses more.
/// </remarks>
internal static class LightGbmThreads
{
    // A monitor, since those that need a number of their own wait on it.
    private static readonly object gate = new();
    private static readonly TimeSpan look = TimeSpan.FromMilliseconds(20);
    private static int waiting;
    private static int running;
    private static int agreed;

    /// <summary>Joins the running fits; dispose to leave.</summary>
    public static Turn Enter(int wanted)
    {
        lock (gate)
        {
            // Those that wait for their own number get their turn when the fits now running have ended.
            while (waiting > 0 && running > 0 && agreed > 1) Monitor.Wait(gate, look);
            if (running++ == 0) agreed = Math.Max(1, wanted);
            return new Turn(agreed);
        }
    }

    /// <summary>Joins the running fits once none of them uses more than one thread; dispose to leave.</summary>
    public static Turn EnterSingle(CancellationToken cancel)
    {
        lock (gate)
        {
            waiting++;
            try
            {
                while (running > 0 && agreed > 1)
                {
                    cancel.ThrowIfCancellationRequested();
                    Monitor.Wait(gate, look);
                }
                if (running++ == 0) agreed = 1;
                return new Turn(agreed);
            }
            finally
            {
                waiting--;
            }
        }
    }

    /// <summary>A fit's membership.</summary>
    public sealed class Turn(int threads) : IDisposable
    {
        private int left;

        /// <summary>Threads to name in every native call.</summary>
        public int Threads { get; } = threads;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) != 0) return;
            lock (gate)
            {
                running--;
                Monitor.PulseAll(gate);
            }
        }
    }
}
