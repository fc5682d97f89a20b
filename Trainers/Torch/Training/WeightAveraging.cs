namespace MLPipes.Trainers.Torch;

/// <summary>Which mean over the updates the weights are.</summary>
public enum WeightAveraging
{
    /// <summary>None: the last weights.</summary>
    None,
    /// <summary>An exponential mean, of decay <see cref="TrainingOptions.AveragingDecay"/> an update.</summary>
    Exponential,
    /// <summary>The plain mean over the last <see cref="TrainingOptions.AveragingShare"/> of the updates.</summary>
    Last,
}
