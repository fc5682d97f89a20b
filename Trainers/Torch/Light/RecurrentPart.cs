using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>A long short-term memory in both directions; a text's vector is, for each direction, the largest and the mean value of each cell over the text.</summary>
/// <remarks>
/// i, f, o = σ(·), g = tanh(·) of x·W + h·U + b in the order i, f, g, o; c ← f·c + i·g; h ← o·tanh(c). Source: Hochreiter and Schmidhuber, Neural
/// Computation 9(8), 1997, with the forget gate of Gers, Schmidhuber and Cummins, Neural Computation 12(10), 2000.
/// </remarks>
internal sealed class RecurrentPart : ITextPart, IPlainPart<RecurrentPart>
{
    private const int Directions = 2;

    [ThreadStatic]
    private static float[]? scratch;

    private readonly int cells;
    private readonly float[][] input;
    private readonly float[][] hidden;
    private readonly float[][] bias;

    /// <param name="inputs">Numbers of a word vector.</param>
    /// <param name="cells">Cells of each direction.</param>
    /// <param name="input">For each direction [inputs × 4 · cells].</param>
    /// <param name="hidden">For each direction [cells × 4 · cells].</param>
    /// <param name="bias">For each direction [4 · cells].</param>
    public RecurrentPart(int inputs, int cells, float[][] input, float[][] hidden, float[][] bias)
    {
        Inputs = inputs;
        this.cells = cells;
        this.input = input;
        this.hidden = hidden;
        this.bias = bias;
    }

    public static string Kind => "text-recurrent";

    public int Inputs { get; }

    public int Outputs => Directions * 2 * cells;

    public void Encode(ReadOnlySpan<float> words, int count, Span<float> into)
    {
        if (scratch is null || scratch.Length < 6 * cells) scratch = new float[6 * cells];
        Span<float> gates = scratch.AsSpan(0, 4 * cells), h = scratch.AsSpan(4 * cells, cells), c = scratch.AsSpan(5 * cells, cells);
        for (int d = 0; d < Directions; d++)
        {
            Span<float> most = into.Slice(2 * d * cells, cells), mean = into.Slice(((2 * d) + 1) * cells, cells);
            most.Fill(float.NegativeInfinity);
            mean.Clear();
            h.Clear();
            c.Clear();
            for (int t = 0; t < count; t++)
            {
                bias[d].CopyTo(gates);
                AddProduct(words.Slice((d == 0 ? t : count - 1 - t) * Inputs, Inputs), input[d], gates);
                AddProduct(h, hidden[d], gates);
                Step(gates, h, c);
                TensorPrimitives.Max(most, h, most);
                TensorPrimitives.Add(mean, h, mean);
            }
            TensorPrimitives.Multiply(mean, 1f / count, mean);
        }
    }

    public void Write(PlainWriter writer)
    {
        writer.Int(Inputs);
        writer.Int(cells);
        for (int d = 0; d < Directions; d++)
        {
            writer.Floats(input[d]);
            writer.Floats(hidden[d]);
            writer.Floats(bias[d]);
        }
    }

    public static RecurrentPart Read(PlainReader reader)
    {
        int inputs = reader.Int(1, 1 << 13, "numbers of a word vector"), cells = reader.Int(1, 1 << 13, "cells");
        float[][] input = new float[Directions][], hidden = new float[Directions][], bias = new float[Directions][];
        for (int d = 0; d < Directions; d++)
        {
            input[d] = reader.Floats(inputs * 4 * cells);
            hidden[d] = reader.Floats(cells * 4 * cells);
            bias[d] = reader.Floats(4 * cells);
        }
        return new RecurrentPart(inputs, cells, input, hidden, bias);
    }

    private static void AddProduct(ReadOnlySpan<float> x, float[] weights, Span<float> into)
    {
        for (int i = 0; i < x.Length; i++) TensorPrimitives.MultiplyAdd(weights.AsSpan(i * into.Length, into.Length), x[i], into, into);
    }

    private void Step(Span<float> gates, Span<float> h, Span<float> c)
    {
        Span<float> i = gates[..cells], f = gates.Slice(cells, cells), g = gates.Slice(2 * cells, cells), o = gates[(3 * cells)..];
        for (int k = 0; k < cells; k++)
        {
            c[k] = (Sigmoid(f[k]) * c[k]) + (Sigmoid(i[k]) * MathF.Tanh(g[k]));
            h[k] = Sigmoid(o[k]) * MathF.Tanh(c[k]);
        }
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
