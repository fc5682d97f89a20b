using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Trains a job to the end of its epochs or its deadline; the job's weights are then the best ones seen.</summary>
internal sealed class TrainingLoop
{
    /// <summary>A loop.</summary>
    /// <param name="job">What to train.</param>
    /// <param name="options">How.</param>
    /// <param name="context">Seed, threads, deadline, cancellation and progress. Its validation set is the job's matter.</param>
    public TrainingLoop(ITrainingJob job, TrainingOptions options, FitContext context)
    {
        BoundsAttribute.Check(options);
        Job = job;
        Options = options;
        Context = context;
    }

    internal ITrainingJob Job { get; }
    internal TrainingOptions Options { get; }
    internal FitContext Context { get; }

    /// <summary>Trains.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingException">The loss is no longer a number, or there is nothing to learn from.</exception>
    public TrainingOutcome Run() => throw new NotImplementedException();
}
