namespace MLPipes.Trainers;

/// <summary>Agrees on one number of native threads among all fits that run at the same time.</summary>
/// <remarks>
/// LightGBM keeps its number of threads in one global variable, and sizes buffers by it that later steps of the same fit index by it.
/// A fit that changed the number while another runs would let that one write outside its buffers. So the first fit sets the number and
/// those that join it take it over; models do not depend on it (parameter <c>deterministic</c>).
/// </remarks>
internal static class LightGbmThreads
{
    private static readonly Lock gate = new();
    private static int running;
    private static int agreed;

    /// <summary>Joins the running fits; dispose to leave.</summary>
    public static Turn Enter(int wanted)
    {
        lock (gate)
        {
            if (running++ == 0) agreed = Math.Max(1, wanted);
            return new Turn(agreed);
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
            lock (gate) running--;
        }
    }
}
