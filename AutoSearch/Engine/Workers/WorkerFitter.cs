using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Fits in worker processes where the trainer asks for it, so that whatever it does there costs its trial only; else in this process.</summary>
internal sealed class WorkerFitter : IFitter, IDisposable
{
    private readonly Isolation isolation;
    private readonly InProcessFitter inProcess;
    private readonly MemoryWatch watch;
    private readonly WorkerRoom room;
    private readonly Lock gate = new();
    private volatile Opened? opened;
    private volatile string? problem;
    private bool isOver;

    /// <param name="isolation">Which fits go to workers.</param>
    /// <param name="memoryBytes">Most that this process and the workers should hold together.</param>
    /// <param name="isLimited">Whether the user set that limit, so that workers get one as well.</param>
    /// <param name="fits">Fits that run side by side.</param>
    /// <param name="dropCaches">Drops what the study can compute again.</param>
    /// <exception cref="StudyException">All fits are to run in workers, and none can be started here.</exception>
    public WorkerFitter(Isolation isolation, long memoryBytes, bool isLimited, int fits, Action dropCaches)
    {
        this.isolation = isolation;
        room = new WorkerRoom(memoryBytes / 4 / fits, isLimited ? Math.Max(64L << 20, memoryBytes / 2) : null);
        watch = new MemoryWatch(memoryBytes, () => Workers, () =>
        {
            dropCaches();
            opened?.Pool.EndIdle();
        });
        inProcess = new InProcessFitter(watch);
        if (isolation != Isolation.Always) return;
        try
        {
            if (Open() is null) throw new StudyException($"Fits were to run in worker processes, which can't be started: {problem}. Choose the isolation auto to fit in this process then.");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the user should know, one sentence each.</summary>
    public IReadOnlyList<string> Warnings => problem is { } why
        ? [$"Fits ran in this process, where a crash or a fit that can't be stopped may end or delay everything: worker processes can't be used ({why})."]
        : [];

    /// <summary>Processes of the living workers.</summary>
    public int[] Workers => opened?.Pool.Ids ?? [];

    /// <summary>Whether fits of a trainer go to a worker.</summary>
    public bool IsIsolated(TrainerCard card) => !card.IsBaseline && problem is null && isolation switch
    {
        Isolation.Always => true,
        Isolation.Auto => card.CannotBeInterrupted,
        Isolation.Native => card.CannotBeInterrupted || card.RunsNativeCode,
        _ => false,
    };

    /// <inheritdoc/>
    public IModel Fit(TrainerCard card, ITrainer trainer, TrainingSet train, FitContext context) =>
        Elsewhere(card, trainer, train, context, isOutOfBag: false)?.Part<IModel>() ?? inProcess.Fit(card, trainer, train, context);

    /// <inheritdoc/>
    public OutOfBagFit FitOutOfBag(TrainerCard card, IOutOfBagTrainer trainer, TrainingSet train, FitContext context) =>
        Elsewhere(card, trainer, train, context, isOutOfBag: true) is { } answer
            ? new OutOfBagFit(answer.Part<IModel>(), answer.Floats())
            : inProcess.FitOutOfBag(card, trainer, train, context);

    /// <summary>A worker's answer; null where the fit is to run in this process.</summary>
    private PlainReader? Elsewhere(TrainerCard card, ITrainer trainer, TrainingSet train, FitContext context, bool isOutOfBag)
    {
        if (!IsIsolated(card) || TrainerData.Of(trainer) is not { } data || Open() is not { } open) return null;
        context.Cancel.ThrowIfCancellationRequested();
        FitRequest request;
        try
        {
            request = new FitRequest(data, open.Sets.Share(train), context.Validation is { } rows ? open.Sets.Share(rows) : null,
                context.Seed, context.Threads, null, context.Progress is not null, isOutOfBag);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fall(error, card);
        }
        for (int attempt = 0; ; attempt++)
        {
            WorkerProcess worker;
            try
            {
                worker = open.Pool.Rent(request.Train.Matrix, context.Cancel);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return Fall(error, card);
            }
            using MemoryWatch.Fit fit = watch.Enter(worker.Id, worker.Kill);
            try
            {
                return worker.Fit(request with { TimeLeft = context.TimeLeft }, card, context);
            }
            catch (WorkerGoneException) when (attempt == 0)
            {
                // It died while nobody used it; a new one takes the fit.
            }
            catch (Exception) when (fit.EndedFor is not null && !context.Cancel.IsCancellationRequested)
            {
                throw new SkipTrialException(fit.EndedFor!, isForTime: false);
            }
            finally
            {
                fit.Dispose();
                open.Pool.Return(worker);
            }
        }
    }

    /// <summary>Ends the workers and deletes what they read.</summary>
    public void Dispose()
    {
        watch.Dispose();
        lock (gate)
        {
            isOver = true;
            opened?.Pool.Dispose();
            opened?.Folder.Dispose();
        }
    }

    private Opened? Open()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isOver, this);
            if (opened is not null || problem is not null) return problem is null ? opened : null;
            (WorkerLaunch? launch, problem) = WorkerLaunch.Find();
            if (launch is null) return null;
            try
            {
                ScratchFolder folder = ScratchFolder.Create();
                opened = new Opened(folder, new SharedSets(folder.Location), new WorkerPool(launch, folder.Location, room));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problem = NoRoom(error);
            }
            return opened;
        }
    }

    /// <summary>Without workers a study goes on in this process, and says so; unless it was told not to.</summary>
    private PlainReader? Fall(Exception error, TrainerCard card)
    {
        if (isolation == Isolation.Always) throw new TrainingException(card.Key, NoRoom(error));
        problem ??= NoRoom(error);
        return null;
    }

    private static string NoRoom(Exception error) =>
        $"{error.Message.TrimEnd('.')}; they need a temporary folder that can be written to, which is {Path.GetTempPath()} now: free some space there, or name another by the variable {(OperatingSystem.IsWindows() ? "TEMP" : "TMPDIR")}";

    private sealed record Opened(ScratchFolder Folder, SharedSets Sets, WorkerPool Pool);
}
