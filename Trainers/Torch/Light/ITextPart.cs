using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>The part of a light text network that turns a sequence of word vectors into one vector, as plain data. Safe to call from several threads.</summary>
internal interface ITextPart : IPlainPart
{
    /// <summary>Numbers of a word vector.</summary>
    int Inputs { get; }

    /// <summary>Numbers of the vector that it gives.</summary>
    int Outputs { get; }

    /// <summary>The vector of one text.</summary>
    /// <param name="words">[count × <see cref="Inputs"/>], row-major.</param>
    /// <param name="count">Words, at least 1.</param>
    /// <param name="into">[<see cref="Outputs"/>]; overwritten.</param>
    void Encode(ReadOnlySpan<float> words, int count, Span<float> into);
}
