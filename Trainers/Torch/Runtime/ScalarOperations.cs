using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Arithmetic of tensors with numbers, in which the number lives until the operation is over.</summary>
/// <remarks>
/// TorchSharp turns a number into an object with native memory and a finalizer, and calls libtorch with the bare pointer. A collection that another
/// thread brings about in the meantime may free that memory under the call: a wrong number, or an error such as "Expected false to be true".
/// Seen with TorchSharp 0.107 when fits run side by side. So networks use these and not the operators: x.Times(0.5), not x * 0.5.
/// For the same reason tensors that an expression leaves between need a dispose scope around them, which holds them.
/// </remarks>
internal static class ScalarOperations
{
    /// <summary>x · number.</summary>
    public static Tensor Times(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.mul(scalar);
    }

    /// <summary>x ← x · number.</summary>
    public static Tensor TimesInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.mul_(scalar);
    }

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.add(scalar);
    }

    /// <summary>x ← x + number.</summary>
    public static Tensor PlusInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.add_(scalar);
    }

    /// <summary>x + y · factor.</summary>
    public static Tensor Plus(this Tensor x, Tensor y, double factor)
    {
        using Scalar scalar = factor;
        return x.add(y, scalar);
    }

    /// <summary>x ← x + y · factor.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y, double factor)
    {
        using Scalar scalar = factor;
        return x.add_(y, scalar);
    }

    /// <summary>x ← x + y · z · factor.</summary>
    public static Tensor PlusProductInPlace(this Tensor x, Tensor y, Tensor z, double factor)
    {
        using Scalar scalar = factor;
        return x.addcmul_(y, z, scalar);
    }

    /// <summary>The larger of x and number.</summary>
    public static Tensor AtLeast(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.clamp_min(scalar);
    }

    /// <summary>x + number, for whole-number tensors.</summary>
    public static Tensor PlusWhole(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.add(scalar);
    }

    /// <summary>Where x, whole numbers, is number.</summary>
    public static Tensor Is(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.eq(scalar);
    }

    /// <summary>Where x, whole numbers, is not number.</summary>
    public static Tensor IsNot(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.ne(scalar);
    }

    /// <summary>x where the mask is false, number where it is true.</summary>
    public static Tensor Masked(this Tensor x, Tensor mask, double number)
    {
        using Scalar scalar = number;
        return x.masked_fill(mask, scalar);
    }
}
