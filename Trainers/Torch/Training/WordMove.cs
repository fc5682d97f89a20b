using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A move of looked-up words that gradients flow to: one tensor a lookup of a pass, in the lookups' order.</summary>
internal sealed class WordMove : IDisposable
{
    private readonly List<Tensor> moves = [];
    private readonly NoiseSource noise;
    private readonly double start;
    private int next;

    /// <param name="noise">Where it starts.</param>
    /// <param name="start">Largest length of the random start, an example; 0 starts from nothing.</param>
    public WordMove(NoiseSource noise, double start)
    {
        this.noise = noise;
        this.start = start;
    }

    /// <summary>The words, moved.</summary>
    /// <param name="words">[batch × length × width].</param>
    public Tensor Apply(Tensor words)
    {
        if (next == moves.Count)
        {
            double bound = start / Math.Sqrt(words.shape[1] * words.shape[2]);
            // Drawn aside, so that the numbers that dropout draws are the same in every pass.
            long position = noise.Position;
            noise.Position = position ^ ((moves.Count + 1L) << 40);
            Tensor move = start == 0 ? zeros_like(words, requires_grad: false) : noise.Uniform(words.shape, -bound, bound, words.device);
            noise.Position = position;
            moves.Add(move.requires_grad_(true).DetachFromDisposeScope());
        }
        return words + moves[next++];
    }

    /// <summary>Moves each example by <paramref name="length"/> along its gradient, to no more than <paramref name="most"/> in all, and begins a new pass.</summary>
    public void Ascend(double length, double most)
    {
        using IDisposable off = no_grad();
        for (int i = 0; i < moves.Count; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            if (moves[i].grad is not { } gradient) continue;
            Tensor moved = moves[i] + (gradient / Norm(gradient).Plus(1e-12)).Times(length);
            Tensor size = Norm(moved);
            moved = (moved / size.AtLeast(most)).Times(most);
            moves[i].Dispose();
            moves[i] = moved.detach().requires_grad_(true).DetachFromDisposeScope();
        }
        next = 0;
    }

    public void Dispose()
    {
        foreach (Tensor move in moves) move.Dispose();
        moves.Clear();
    }

    // Length of each example's part: [batch × 1 × 1].
    private static Tensor Norm(Tensor values) => values.square().sum([1, 2], keepdim: true).sqrt();
}
