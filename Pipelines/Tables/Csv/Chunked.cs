using System.Runtime.ExceptionServices;

namespace MLPipes.Pipelines;

/// <summary>Runs numbered pieces of work on a bounded number of threads.</summary>
internal static class Chunked
{
    /// <summary>Runs all; what the piece of the lowest number raised is raised here.</summary>
    public static void Run(int count, int threads, Action<int> work)
    {
        if (count <= 1 || threads == 1)
        {
            for (int i = 0; i < count; i++) work(i);
            return;
        }
        Exception?[] errors = new Exception?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            try
            {
                work(i);
            }
            catch (Exception error)
            {
                errors[i] = error;
            }
        });
        if (errors.FirstOrDefault(e => e is not null) is { } first) ExceptionDispatchInfo.Throw(first);
    }
}
