using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>What <see cref="TrainingLoop"/> trains: weights, examples and a loss. It knows no loop, and the loop knows no network.</summary>
/// <remarks>
/// The loop owns order, batches, rate, clipping, stopping and files. A job must draw all that is random from <see cref="TrainingStep.Noise"/>,
/// so that the same seed gives the same weights whatever else runs in the process.
/// </remarks>
internal interface ITrainingJob
{
    /// <summary>The network; put into training or evaluation mode by the loop.</summary>
    nn.Module Model { get; }

    /// <summary>The weights that are trained, in an order that is the same in every run.</summary>
    IReadOnlyList<TrainedWeight> Weights { get; }

    /// <summary>Values that training changes beside the weights and that a model or a resumed run needs (running means and the like).</summary>
    IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    /// <summary>The word embeddings, for adversarial training and for updates by rows; null where there are none.</summary>
    WordRows? Words => null;

    /// <summary>Number of examples.</summary>
    int Examples { get; }

    /// <summary>Tokens of an example: batches are made of like lengths, and speed is told in tokens.</summary>
    int TokensOf(int example);

    /// <summary>Mean loss of the examples, a scalar in float32 with its graph.</summary>
    Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step);

    /// <summary>What <see cref="Validate"/> gives, for people: "accuracy".</summary>
    string ScoreName => "score";

    /// <summary>Tokens that one validation reads, 0 for no validation; tells how much time to set aside for the last one.</summary>
    long ValidationTokens => 0;

    /// <summary>How long one validation took, where one was made before training; null where that is not known.</summary>
    TimeSpan? ValidationTime => null;

    /// <summary>Score of the weights as they are, larger is better; null where there is nothing to validate with. Called in evaluation mode without gradients.</summary>
    double? Validate(CancellationToken cancel) => null;

    /// <summary>Called with all gradients in place, before an update, and so able to change them or to count them.</summary>
    void BeforeUpdate(TrainingStep step) { }
}
