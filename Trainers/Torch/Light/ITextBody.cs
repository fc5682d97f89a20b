using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>The part of a light text network that turns a sequence of word vectors into one vector, while it is trained.</summary>
internal interface ITextBody
{
    /// <summary>Numbers of the vector that it gives.</summary>
    int Outputs { get; }

    /// <summary>What is trained, in a fixed order.</summary>
    IReadOnlyList<TrainedWeight> Weights { get; }

    /// <summary>The vectors of a batch of texts.</summary>
    /// <param name="words">[batch × length × width], float32, zero beyond the end of each text.</param>
    /// <param name="lengths">Tokens of each text, [batch], at least 1.</param>
    /// <returns>[batch × <see cref="Outputs"/>].</returns>
    Tensor Encode(Tensor words, int[] lengths);

    /// <summary>The same as plain data that scores without torch, from the weights as they are.</summary>
    ITextPart ToPart();
}
