namespace MLPipes.AutoSearch;

/// <summary>A fixed number of places for fits; the earliest trial's fits are served first, so that trials end in order.</summary>
internal sealed class CoreSlots(int count)
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (int Trial, int Fold)> waiting = new();
    private int free = count;

    /// <summary>Number of places.</summary>
    public int Count { get; } = count;

    /// <summary>Waits for a place; dispose what it returns to give it back.</summary>
    public async Task<Place> EnterAsync(int trial, int fold, CancellationToken cancel)
    {
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return new Place(this);
            }
            waiting.Enqueue(turn, (trial, fold));
        }
        using CancellationTokenRegistration registration = cancel.Register(() => turn.TrySetCanceled(cancel));
        await turn.Task.ConfigureAwait(false);
        return new Place(this);
    }

    private void Leave()
    {
        lock (gate)
        {
            // One whose waiting was cancelled has gone; the place passes to the next who still waits.
            while (waiting.TryDequeue(out TaskCompletionSource? next, out _))
                if (next.TrySetResult()) return;
            free++;
        }
    }

    /// <summary>A place that is held.</summary>
    internal sealed class Place(CoreSlots slots) : IDisposable
    {
        private CoreSlots? slots = slots;

        public void Dispose() => Interlocked.Exchange(ref slots, null)?.Leave();
    }
}
