namespace MLPipes.AutoSearch;

/// <summary>The workers of one study: started when first needed, used again, replaced when they end, gone with the study.</summary>
internal sealed class WorkerPool(WorkerLaunch launch, string folder, WorkerRoom room) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<WorkerProcess> all = [];
    private readonly List<WorkerProcess> idle = [];
    private bool isOver;

    /// <summary>Processes of the living workers.</summary>
    public int[] Ids
    {
        get { lock (gate) return [.. all.Select(w => w.Id)]; }
    }

    /// <summary>A worker for one fit; one that has read the features <paramref name="matrix"/> before, where one is free.</summary>
    /// <exception cref="IOException">None could be started.</exception>
    public WorkerProcess Rent(int matrix, CancellationToken cancel)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isOver, this);
            foreach (WorkerProcess ended in idle.Where(w => !w.IsUsable).ToArray()) Remove(ended);
            if (idle.Find(w => w.Seen.Contains(matrix)) is { } warm) return Take(warm);
            if (idle.Count > 0) return Take(idle[^1]);
        }
        // As many at most as fits run side by side, for each fit holds one.
        WorkerProcess started = WorkerProcess.Start(launch, folder, room, cancel);
        lock (gate)
        {
            if (!isOver)
            {
                all.Add(started);
                return started;
            }
        }
        started.Dispose();
        throw new ObjectDisposedException(nameof(WorkerPool));
    }

    /// <summary>Gives a worker back; one that can't go on is replaced when the next is needed.</summary>
    public void Return(WorkerProcess worker)
    {
        lock (gate)
        {
            if (isOver) return;
            if (worker.IsUsable) idle.Add(worker);
            else Remove(worker);
        }
    }

    /// <summary>Ends the workers that nobody uses now, for their memory.</summary>
    public void EndIdle()
    {
        lock (gate) foreach (WorkerProcess worker in idle.ToArray()) Remove(worker);
    }

    /// <summary>Ends all workers, busy ones too.</summary>
    public void Dispose()
    {
        WorkerProcess[] left;
        lock (gate)
        {
            isOver = true;
            left = [.. all];
            all.Clear();
            idle.Clear();
        }
        foreach (WorkerProcess worker in left) worker.Kill();
        foreach (WorkerProcess worker in left) worker.Dispose();
    }

    private WorkerProcess Take(WorkerProcess worker)
    {
        idle.Remove(worker);
        return worker;
    }

    private void Remove(WorkerProcess worker)
    {
        idle.Remove(worker);
        if (all.Remove(worker)) worker.Dispose();
    }
}
