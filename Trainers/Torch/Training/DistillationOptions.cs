using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>How a student learns from a teacher's scores beside the labels.</summary>
/// <remarks>
/// loss = (1 − s)·loss of the labels + s·T²·cross-entropy of the scores/T with the teacher's scores/T + h·mean squared distance of a linear image of
/// the student's vectors to the teacher's. For numbers the teacher's predictions take the place of softened classes.
/// Sources: Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015, section 2; Jiao et al., TinyBERT, Findings of EMNLP 2020, equation 8.
/// </remarks>
public sealed record DistillationOptions
{
    /// <summary>Temperature T: higher lets the student see how the teacher ranks the wrong classes.</summary>
    [Bounds(1, 100)]
    public double Temperature { get; init; } = 2;

    /// <summary>Share s of the teacher's scores in the loss.</summary>
    [Bounds(0, 1)]
    public double Share { get; init; } = 0.7;

    /// <summary>Weight h of the distance to the teacher's vectors; 0 for none.</summary>
    [Bounds(0, 1_000)]
    public double HiddenWeight { get; init; }
}
