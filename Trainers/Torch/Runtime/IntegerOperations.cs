using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Arithmetic of whole-number tensors with numbers, for the reason that <see cref="ScalarOperations"/> tells.</summary>
internal static class IntegerOperations
{
    /// <summary>x + number, whole.</summary>
    public static Tensor PlusWhole(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.add(scalar);
    }

    /// <summary>Where x is number.</summary>
    public static Tensor Is(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.eq(scalar);
    }

    /// <summary>Where x is not number.</summary>
    public static Tensor IsNot(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.ne(scalar);
    }
}
