using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>x Wᵀ + b for the tokens of a batch, by the quickest of libtorch's ways.</summary>
/// <remarks>
/// On the processor libtorch gives float32 products to MKL, which uses the wide registers of Intel's processors alone, and convolutions to oneDNN, which
/// uses what there is. A convolution of one place is the same product, sums in another order apart; its gradients are convolutions as well. Figures are
/// in docs/decisions/encoders.md. Products in bfloat16 go to oneDNN by themselves.
/// </remarks>
internal static class TokenProduct
{
    // Below these libtorch does convolutions of one place by itself, and slowly; fewer tokens are not worth the detour.
    private const int LeastTexts = 16, LeastTokens = 128;

    private static readonly bool isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>The product.</summary>
    /// <param name="input">[batch × length × inputs], or [batch × inputs].</param>
    /// <param name="weight">[outputs × inputs], in the same format.</param>
    /// <param name="bias">[outputs].</param>
    /// <returns>[batch × length × outputs], or [batch × outputs].</returns>
    public static Tensor Of(Tensor input, Tensor weight, Tensor bias)
    {
        if (!isX64 || input.dtype != ScalarType.Float32 || input.device_type != DeviceType.CPU || input.dim() != 3) return nn.functional.linear(input, weight, bias);
        (long batch, long length, long inputs, long outputs) = (input.shape[0], input.shape[1], weight.shape[1], weight.shape[0]);
        long tokens = batch * length, texts = batch >= LeastTexts ? batch : LeastTexts;
        if (tokens < LeastTokens || tokens % texts != 0) return nn.functional.linear(input, weight, bias);
        using DisposeScope scope = NewDisposeScope();
        // Tokens in a column, their values as channels that lie side by side: views, nothing is moved.
        Tensor columns = input.reshape(texts, tokens / texts, 1, inputs).permute(0, 3, 1, 2);
        Tensor product = nn.functional.conv2d(columns, weight.view(outputs, inputs, 1, 1), bias);
        return product.permute(0, 2, 3, 1).reshape(batch, length, outputs).MoveToOuterDisposeScope();
    }
}
