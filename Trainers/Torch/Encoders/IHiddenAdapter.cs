using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A trained change of the hidden values behind a block of an <see cref="EncoderLayer"/>, before the block's residual is added.</summary>
internal interface IHiddenAdapter
{
    /// <summary>The changed values.</summary>
    /// <param name="values">[batch × length × hidden], in the encoder's precision.</param>
    /// <param name="run">How the encoder runs.</param>
    Tensor Change(Tensor values, EncoderRun run);
}
