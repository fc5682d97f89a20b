using System.Runtime.ExceptionServices;

namespace MLPipes.Trainers;

/// <summary>Threads that stay together for a whole fit and share out many small rounds of work.</summary>
/// <remarks>Boosting has several rounds a tree, each shorter than starting a thread takes. Not the pool's threads: timers that end fits wait for those.</remarks>
internal sealed class WorkTeam : IDisposable
{
    private readonly Barrier? gate;
    private readonly Task[] others;
    private Action<int, int> work = static (_, _) => { };
    private int count;
    private int next;
    private Exception? error;
    private bool isOver;

    public WorkTeam(int threads)
    {
        Size = threads;
        gate = threads > 1 ? new Barrier(threads) : null;
        others = [.. Enumerable.Range(1, threads - 1).Select(worker =>
            Task.Factory.StartNew(() => Serve(worker), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Number of threads, the caller's included.</summary>
    public int Size { get; }

    /// <summary>Calls <paramref name="piece"/>(number, worker) for the numbers 0 … <paramref name="pieces"/> − 1; returns when all are done.</summary>
    public void Run(int pieces, Action<int, int> piece)
    {
        if (gate is null || pieces <= 1)
        {
            for (int i = 0; i < pieces; i++) piece(i, 0);
            return;
        }
        (work, count, next) = (piece, pieces, -1);
        gate.SignalAndWait();
        Work(0);
        gate.SignalAndWait();
        if (error is not null) ExceptionDispatchInfo.Throw(error);
    }

    public void Dispose()
    {
        if (gate is null) return;
        isOver = true;
        gate.SignalAndWait();
        Task.WaitAll(others);
        gate.Dispose();
    }

    private void Serve(int worker)
    {
        while (true)
        {
            gate!.SignalAndWait();
            if (isOver) return;
            Work(worker);
            gate.SignalAndWait();
        }
    }

    private void Work(int worker)
    {
        try
        {
            while (error is null && Interlocked.Increment(ref next) is int i && i < count) work(i, worker);
        }
        catch (Exception raised)
        {
            // Kept, and raised on the calling thread.
            Interlocked.CompareExchange(ref error, raised, null);
        }
    }
}
