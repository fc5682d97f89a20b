using System.Runtime.ExceptionServices;

namespace MLPipes.Trainers;

/// <summary>Independent pieces of work side by side.</summary>
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
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, (i, state) =>
        {
            if (state.ShouldExitCurrentIteration) return;
            try
            {
                work(i);
            }
            catch (Exception error)
            {
                // Kept, and raised below as it was instead of inside an AggregateException.
                errors[i] = error;
                state.Break();
            }
        });
        if (errors.FirstOrDefault(e => e is not null) is { } first) ExceptionDispatchInfo.Throw(first);
    }
}
