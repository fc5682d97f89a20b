using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Makes weights that outlive the dispose scope in which a network is built.</summary>
internal static class OwnedWeight
{
    /// <summary>A weight of these values, which it takes over.</summary>
    public static Parameter Of(Tensor values)
    {
        Parameter weight = new(values);
        weight.DetachFromDisposeScope();
        return weight;
    }
}
