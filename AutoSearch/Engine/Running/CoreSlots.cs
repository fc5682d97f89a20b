namespace MLPipes.AutoSearch;

/// <summary>A fixed number of places for fits; the earliest trial's fits are served first, so that trials end in order.</summary>
internal sealed class CoreSlots(int count)
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<(TaskCompletionSource Turn, int Places), (int Trial, int Fold)> waiting = new();
    private int free = count;

    /// <summary>Number of places.</summary>
    public int Count { get; } = count;

    /// <summary>Waits for a place; dispose what it returns to give it back.</summary>
    public Task<Place> EnterAsync(int trial, int fold, CancellationToken cancel) => EnterAsync(trial, fold, 1, cancel);

    /// <summary>Waits for all places at once. While it waits no fit of a later trial begins, or small fits would keep it waiting for ever.</summary>
    public Task<Place> EnterAloneAsync(int trial, int fold, CancellationToken cancel) => EnterAsync(trial, fold, Count, cancel);

    private async Task<Place> EnterAsync(int trial, int fold, int places, CancellationToken cancel)
    {
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue((turn, places), (trial, fold));
            Serve();
        }
        using CancellationTokenRegistration registration = cancel.Register(() => Cancel(turn, cancel));
        await turn.Task.ConfigureAwait(false);
        return new Place(this, places);
    }

    private void Cancel(TaskCompletionSource turn, CancellationToken cancel)
    {
        if (!turn.TrySetCanceled(cancel)) return;
        // It may have kept others waiting.
        lock (gate) Serve();
    }

    private void Leave(int places)
    {
        lock (gate)
        {
            free += places;
            Serve();
        }
    }

    private void Serve()
    {
        while (waiting.TryPeek(out (TaskCompletionSource Turn, int Places) next, out _) && (next.Turn.Task.IsCompleted || next.Places <= free))
        {
            waiting.Dequeue();
            // One whose waiting was cancelled has gone.
            if (next.Turn.TrySetResult()) free -= next.Places;
        }
    }

    /// <summary>Places that are held.</summary>
    internal sealed class Place(CoreSlots slots, int places) : IDisposable
    {
        private CoreSlots? slots = slots;

        public void Dispose() => Interlocked.Exchange(ref slots, null)?.Leave(places);
    }
}
