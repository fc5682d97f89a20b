using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>What of an encoder learns, once attached to it: chooses or adds weights, freezes the rest, and can store its own part alone.</summary>
internal interface IAdaptation : IDisposable
{
    /// <summary>The kind.</summary>
    Adaptation Kind { get; }

    /// <summary>How it is made.</summary>
    AdaptationOptions Options { get; }

    /// <summary>Freezes the encoder's weights but those that learn, and adds its own, which change nothing at first (prefixes and prompts apart).</summary>
    /// <param name="encoder">The encoder; one adaptation at a time.</param>
    /// <param name="seed">Where fresh weights come from.</param>
    void Attach(TextEncoder encoder, int seed);

    /// <summary>The weights that learn, under names of the encoder or of PEFT.</summary>
    IReadOnlyList<TrainedWeight> Trained { get; }

    /// <summary>Added to the loss of each batch; null for nothing.</summary>
    Tensor? Penalty() => null;

    /// <summary>Called with all gradients in place, before each update.</summary>
    /// <param name="step">The update, from 0.</param>
    /// <param name="planned">Updates in all.</param>
    void BeforeUpdate(int step, int planned) { }

    /// <summary>Whether <see cref="Merge"/> leaves nothing beside the encoder.</summary>
    bool IsMergeable { get; }

    /// <summary>Takes the trained addition into the encoder's weights, and itself off it.</summary>
    /// <exception cref="InvalidOperationException">It can't be merged, or is not attached.</exception>
    void Merge();

    /// <summary>Its own part, float32, under PEFT's names where PEFT knows the kind.</summary>
    IReadOnlyList<(string Name, long[] Shape, float[] Values)> Saved();

    /// <summary>Takes over what <see cref="Saved"/> gave; it must be attached.</summary>
    /// <exception cref="TorchException">Something is missing or of another shape.</exception>
    void Restore(IAdapterSource source);
}
