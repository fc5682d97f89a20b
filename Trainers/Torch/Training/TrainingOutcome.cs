namespace MLPipes.Trainers.Torch;

/// <summary>How a training went.</summary>
/// <param name="Steps">Updates made.</param>
/// <param name="Epochs">Passes over the examples, whole and parts.</param>
/// <param name="Loss">Mean training loss over the last part of the updates; NaN for none.</param>
/// <param name="Score">Validation score of the weights kept; null without validation.</param>
/// <param name="BestStep">Updates behind the weights kept.</param>
/// <param name="EpochsKept">Passes behind the weights kept, a begun one counted as whole; at least 1.</param>
/// <param name="TokensPerSecond">Over all steps, validation not counted.</param>
/// <param name="EndedBy">Why it ended.</param>
internal sealed record TrainingOutcome(int Steps, double Epochs, double Loss, double? Score, int BestStep, int EpochsKept, double TokensPerSecond, TrainingEnd EndedBy);

/// <summary>Why a training ended.</summary>
internal enum TrainingEnd
{
    /// <summary>All epochs were made.</summary>
    Epochs,
    /// <summary>The deadline shortened the plan; the rate still fell to its end.</summary>
    Deadline,
    /// <summary>The validation score no longer rose.</summary>
    Patience,
}
