using System.Runtime.ExceptionServices;

namespace MLPipes.Trainers;

/// <summary>Independent pieces of work side by side.</summary>
/// <remarks>
/// On the calling thread and threads of their own, not those of the pool: pieces run for seconds, and timers, which end them at their
/// deadline, wait for a thread of the pool.
/// </remarks>
internal static class Concurrent
{
    /// <summary>Runs <paramref name="work"/> for 0 … count − 1 on <paramref name="threads"/> threads; raises the error of the lowest number that failed.</summary>
    public static void Run(int count, int threads, Action<int> work)
    {
        if (threads <= 1 || count <= 1)
        {
            for (int i = 0; i < count; i++) work(i);
            return;
        }
        Exception?[] errors = new Exception?[count];
        int next = -1, failed = 0;
        void Work()
        {
            while (Volatile.Read(ref failed) == 0 && Interlocked.Increment(ref next) is int i && i < count)
            {
                try
                {
                    work(i);
                }
                catch (Exception error)
                {
                    // Kept, and raised below as it was instead of inside an AggregateException; pieces before it have all begun.
                    errors[i] = error;
                    Volatile.Write(ref failed, 1);
                }
            }
        }
        Task[] others = [.. Enumerable.Range(1, Math.Min(threads, count) - 1)
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Work();
        Task.WaitAll(others);
        if (errors.FirstOrDefault(e => e is not null) is { } first) ExceptionDispatchInfo.Throw(first);
    }
}
