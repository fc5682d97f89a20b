using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>All that one run of <see cref="TrainingLoop"/> holds and gives back.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly ITrainingJob job;
    private readonly TrainingOptions options;
    private readonly FitContext context;
    private readonly TrainingCheckpoint? checkpoint;
    private string description = "";
    private int scoredAt = -1;

    public TrainingRun(ITrainingJob job, TrainingOptions options, FitContext context, int stepsPerEpoch, double tokensPerStep)
    {
        this.job = job;
        this.options = options;
        this.context = context;
        checkpoint = options.CheckpointFolder is { } folder ? TrainingCheckpoint.In(folder) : null;
        Noise = new NoiseSource(context.Seed);
        Plan = new TrainingPlan(options, context, stepsPerEpoch, tokensPerStep, job.ValidationTokens, job.ValidationTime);
        Report = new TrainingReport(options, context, job.ScoreName);
        Watch = new TrainingWatch(job, options);
        Mean = new WeightMean(job, options);
        Optimizer = new FusedAdamW(job.Weights, new AdamWSettings(options.WeightDecay), job.Words, context.Threads);
    }

    public NoiseSource Noise { get; }
    public TrainingPlan Plan { get; }
    public TrainingReport Report { get; }
    public TrainingWatch Watch { get; }
    public WeightMean Mean { get; }
    public FusedAdamW Optimizer { get; }

    /// <summary>Takes up a checkpoint, where there is one.</summary>
    /// <returns>The epoch and the batch that come next.</returns>
    public (int Epoch, int Batch) Resume()
    {
        if (checkpoint is null) return (0, 0);
        description = TrainingCheckpoint.Describe(job, options, context.Seed);
        TrainingState? state = checkpoint.Load(description, (state, read) =>
        {
            Watch.Resume(state.BestScore, state.BestStep, state.Misses, prefix => Fill(prefix, read));
            Fill("", read);
            Mean.Restore(state.MeanCount, read);
            Optimizer.Restore(read, state.OptimizerSteps);
            Noise.Position = state.Noise;
            Plan.Resume(state.Made, state.Progress);
            Report.Resume(state.Loss);
        });
        return state is null ? (0, 0) : (state.Epoch, state.Batch);
    }

    /// <summary>Scores the weights, or their mean, and keeps the best. Where the deadline comes first, nothing is scored and nothing changes.</summary>
    public void Validate()
    {
        long start = context.Time.GetTimestamp();
        Optimizer.CatchUp();
        using CancellationTokenSource? late = Plan.Late();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(context.Cancel, late?.Token ?? default);
        using WeightCopy? raw = Mean.Swap();
        try
        {
            if (Watch.Look(Plan.Made, either.Token) is { } score) Report.Validated(Plan.Made, score);
            scoredAt = Plan.Made;
        }
        catch (OperationCanceledException) when (late is { IsCancellationRequested: true } && !context.Cancel.IsCancellationRequested)
        {
            // The last weights are kept without a score: late ones with a score are of no use.
        }
        finally
        {
            raw?.Restore(job);
        }
        Plan.Validated(context.Time.GetElapsedTime(start));
    }

    /// <summary>Writes the checkpoint, where it is due.</summary>
    public void Keep(int epoch, int batch, bool isDue)
    {
        if (checkpoint is null || !isDue) return;
        IReadOnlyList<(string, Tensor)> optimizer = Optimizer.State();
        checkpoint.Save(new TrainingState(description, Plan.Made, Plan.Progress, epoch, batch, Noise.Position, Optimizer.Steps, Mean.Count,
            Watch.BestScore, Watch.BestStep, Watch.Misses, Report.Loss), [.. WeightCopy.Values(job), .. optimizer, .. Mean.State(), .. Watch.State()]);
    }

    /// <summary>Leaves the job with the weights to keep.</summary>
    public void Finish(int epoch, int batch, bool isFresh)
    {
        Optimizer.CatchUp();
        // The last weights are scored too, so that the best can be told from them, unless the time for that is gone: then they stand.
        bool isScored = scoredAt == Plan.Made || !isFresh;
        if (!isScored && job.ValidationTokens > 0 && Plan.HasTimeToValidate)
        {
            Validate();
            isScored = true;
        }
        if (isFresh) Keep(epoch, batch, isDue: true);
        if (isScored && Watch.Restore()) return;
        Mean.Swap()?.Dispose();
    }

    public void Dispose()
    {
        Report.Dispose();
        Watch.Dispose();
        Mean.Dispose();
        Optimizer.Dispose();
        Noise.Dispose();
    }

    private void Fill(string prefix, Func<string, float[]> read)
    {
        using IDisposable off = no_grad();
        foreach ((string name, Tensor value) in WeightCopy.Values(job))
        {
            using Tensor kept = tensor(read(prefix + name)).view(value.shape);
            value.copy_(kept);
        }
    }
}
