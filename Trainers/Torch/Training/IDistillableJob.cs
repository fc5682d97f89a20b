using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A job whose scores and vectors can be held against a teacher's.</summary>
internal interface IDistillableJob : ITrainingJob
{
    /// <summary>What is learned.</summary>
    MLTask Task { get; }

    /// <summary>Width of the vectors.</summary>
    int VectorWidth { get; }

    /// <summary>Raw scores, [examples × outputs], and one vector an example, [examples × width], with their graph.</summary>
    (Tensor Scores, Tensor Vectors) Outputs(ReadOnlySpan<int> examples, TrainingStep step);

    /// <summary>The loss of scores by the labels, a scalar.</summary>
    Tensor LossOf(Tensor scores, ReadOnlySpan<int> examples);
}
