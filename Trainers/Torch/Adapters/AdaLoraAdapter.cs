using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>x Wᵀ + (α / k) drop(x) (Λ A)ᵀ Bᵀ, with k of the r singular values Λ left: a linear layer with a prunable decomposition beside it.</summary>
/// <remarks>
/// A: [r × inputs] and B: [outputs × r], normal at first; Λ: [r × 1], zeros at first, so that nothing changes.
/// Source: Zhang et al., ICLR 2023, equation 3; names, start and the scale by the ranks left are PEFT's. There a pruned value may come back
/// between two prunings; here it stays away, so that the ranks stored are at any time the ranks that count.
/// </remarks>
internal sealed class AdaLoraAdapter : ILinearAdapter, IDisposable
{
    private readonly AdaptationOptions options;
    private Tensor mask;

    public AdaLoraAdapter(EncoderLinear linear, AdaptationOptions options, int rank, NoiseSource noise)
    {
        (Linear, this.options) = (linear, options);
        Device device = linear.Weight.device;
        A = AdapterWeights.Normal([rank, linear.Inputs], 0.02, noise, device);
        B = AdapterWeights.Normal([linear.Outputs, rank], 0.02, noise, device);
        E = AdapterWeights.Uniform([rank, 1], 0, noise, device);
        Kept = [.. Enumerable.Repeat(true, rank)];
        mask = Ones(rank);
    }

    /// <summary>The layer that is added to.</summary>
    public EncoderLinear Linear { get; }

    /// <summary>Right singular vectors, [r × inputs].</summary>
    public Parameter A { get; private set; }

    /// <summary>Left singular vectors, [outputs × r].</summary>
    public Parameter B { get; private set; }

    /// <summary>Singular values, [r × 1].</summary>
    public Parameter E { get; private set; }

    /// <summary>Which singular values are left, r of them.</summary>
    public bool[] Kept { get; private set; }

    private double Scale => options.Alpha / (Kept.Count(k => k) + 1e-5);

    public Tensor Add(Tensor input, Tensor output, EncoderRun run)
    {
        Tensor kept = run.Drops ? run.Noise.Dropout(input, options.Dropout) : input;
        Tensor narrow = nn.functional.linear(kept, (A * (E * mask)).to(input.dtype)).Times(Scale);
        return output + nn.functional.linear(narrow, B.to(input.dtype));
    }

    public Tensor WeightChange()
    {
        using DisposeScope scope = NewDisposeScope();
        return B.matmul(A * (E * mask)).Times(Scale).MoveToOuterDisposeScope();
    }

    /// <summary>‖A Aᵀ − I‖² + ‖Bᵀ B − I‖², a scalar.</summary>
    public Tensor Penalty()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor one = eye(Kept.Length, dtype: ScalarType.Float32, device: A.device);
        Tensor right = A.matmul(A.t()) - one, left = B.t().matmul(B) - one;
        return ((right * right).sum() + (left * left).sum()).MoveToOuterDisposeScope();
    }

    /// <summary>Keeps these singular values alone.</summary>
    public void Keep(bool[] kept)
    {
        Kept = kept;
        using Tensor pruned = tensor([.. kept.Select(k => k ? 1f : 0f)], mask.shape, device: mask.device);
        mask.copy_(pruned);
    }

    private Tensor Ones(int rank) => ones([rank, 1], ScalarType.Float32, Linear.Weight.device).DetachFromDisposeScope();

    /// <summary>The three matrices with the ranks that are left alone; where none is left, one with a singular value of 0.</summary>
    public (Tensor A, Tensor B, Tensor E) Compact()
    {
        using var quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long[] left = [.. Enumerable.Range(0, Kept.Length).Where(i => Kept[i]).Select(i => (long)i)];
        Tensor at = tensor(left.Length > 0 ? left : [0], device: A.device);
        return scope.MoveToOuter(A.index_select(0, at), B.index_select(1, at), (E * mask).index_select(0, at));
    }

    /// <summary>Takes over matrices of any rank, all of it left.</summary>
    public void Replace(float[] a, float[] b, float[] e, int rank)
    {
        Device device = A.device;
        Dispose();
        A = AdapterWeights.Of(a, [rank, Linear.Inputs], device);
        B = AdapterWeights.Of(b, [Linear.Outputs, rank], device);
        E = AdapterWeights.Of(e, [rank, 1], device);
        Kept = [.. Enumerable.Repeat(true, rank)];
        mask = Ones(rank);
    }

    /// <summary>|weight · gradient| of each singular value, with the mean over its two vectors: the sensitivities of one update, [matrix][r].</summary>
    /// <param name="into">Receives Λ's, A's and B's, by value: r, r × inputs, outputs × r.</param>
    public void Sensitivities(float[][] into)
    {
        Parameter[] weights = [E, A, B];
        using var quiet = no_grad();
        for (int i = 0; i < weights.Length; i++)
        {
            Array.Clear(into[i]);
            if (weights[i].grad is not { } gradient) continue;
            using DisposeScope scope = NewDisposeScope();
            Tensor product = (weights[i] * gradient).abs().cpu().contiguous();
            MemoryMarshal.Cast<byte, float>(product.bytes).CopyTo(into[i]);
        }
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        E.Dispose();
        mask.Dispose();
    }
}
