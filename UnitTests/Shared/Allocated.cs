namespace MLPipes.Tests;

/// <summary>Bytes that code allocates each time it runs.</summary>
internal static class Allocated
{
    private const int Rounds = 8;

    /// <summary>The least that any of several runs of <paramref name="work"/> allocates on this thread.</summary>
    /// <remarks>What the runtime allocates once, while it optimises, shows in one run; what the code itself allocates shows in all.</remarks>
    public static long By(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
