using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>The part of AdamW over weights whose gradients are as large as they are, on one kind of device.</summary>
internal interface IAdamWDense : IDisposable
{
    /// <summary>Takes the gradients of the weights whose factor is not 0, and gives Σ g².</summary>
    double Collect(ReadOnlySpan<double> factors);

    /// <summary>One update from what was collected, which is used up.</summary>
    void Step(double rate, double clip, ReadOnlySpan<double> factors);

    /// <summary>Leaves the gradients unused.</summary>
    void Forget();

    /// <summary>Running means and counts, by name.</summary>
    IReadOnlyList<(string Name, Tensor Value)> State();

    /// <summary>Goes on from a <see cref="State"/>.</summary>
    void Restore(Func<string, float[]> read);
}
