namespace MLPipes.Pipelines;

/// <summary>Pieces that the ranges of numbers are cut into, for embeddings that are linear within each.</summary>
/// <remarks>
/// A number's embedding at x is that of an edge plus its share of the way to the next: e_p + s · (e_{p+1} − e_p) with
/// s = (x − t_p) / (t_{p+1} − t_p); beyond the outer edges it stays what it is there. Source: Gorishniy, Rubachev and Babenko, On Embeddings
/// for Numerical Features in Tabular Deep Learning, NeurIPS 2022, section 3.2 (piecewise linear encoding).
/// </remarks>
public sealed class NeuralBins
{
    /// <summary>Width of a number's embedding.</summary>
    public const int Width = 16;

    /// <summary>Which cells of <see cref="NeuralInputs"/> have an embedding, [embedded].</summary>
    public required int[] Cells { get; init; }

    /// <summary>Pieces of each of them, at least 1, [embedded].</summary>
    public required int[] Pieces { get; init; }

    /// <summary>Edges of the pieces, rising within each cell, [Σ (pieces + 1)].</summary>
    public required float[] Edges { get; init; }

    /// <summary>No embeddings.</summary>
    public static NeuralBins None { get; } = new() { Cells = [], Pieces = [], Edges = [] };

    /// <summary>Inputs that the embeddings make.</summary>
    internal int Inputs => Cells.Length * Width;

    /// <summary>The piece of <paramref name="edges"/> that holds x, and the share of the way through it, 0 to 1.</summary>
    internal static int Place(ReadOnlySpan<float> edges, float x, out float share)
    {
        int low = 0, high = edges.Length - 2;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (edges[middle] <= x) low = middle;
            else high = middle - 1;
        }
        share = Math.Clamp((x - edges[low]) / (edges[low + 1] - edges[low]), 0, 1);
        return low;
    }

    /// <summary>The embeddings of all numbers of one row.</summary>
    /// <param name="cells">[cells].</param>
    /// <param name="values">Embeddings at the edges, [edges × width].</param>
    /// <param name="into">[embedded × width].</param>
    internal void Embed(ReadOnlySpan<float> cells, ReadOnlySpan<float> values, Span<float> into)
    {
        for (int i = 0, first = 0; i < Cells.Length; first += Pieces[i++] + 1)
        {
            int piece = first + Place(Edges.AsSpan(first, Pieces[i] + 1), cells[Cells[i]], out float share);
            ReadOnlySpan<float> from = values.Slice(piece * Width, Width), to = values.Slice((piece + 1) * Width, Width);
            for (int d = 0; d < Width; d++) into[(i * Width) + d] = MathF.FusedMultiplyAdd(share, to[d] - from[d], from[d]);
        }
    }

    /// <summary>What is wrong with it for so many cells; null where nothing is.</summary>
    internal string? FindProblem(int cells)
    {
        if (Cells.Length != Pieces.Length || Cells.Length > cells) return "cells and pieces do not fit together";
        long edges = 0;
        for (int i = 0; i < Cells.Length; i++)
        {
            if ((uint)Cells[i] >= (uint)cells) return $"cell {Cells[i]} is not one of {cells}";
            if (Pieces[i] is < 1 or > 1 << 16) return $"{Pieces[i]} pieces";
            edges += Pieces[i] + 1;
        }
        if (edges != Edges.Length || !NeuralParts.AllFinite(Edges)) return "the edges do not fit the pieces";
        for (int i = 0, first = 0; i < Cells.Length; first += Pieces[i++] + 1)
            for (int p = first; p < first + Pieces[i]; p++) if (Edges[p + 1] <= Edges[p] || !float.IsFinite(Edges[p + 1] - Edges[p])) return "the edges do not rise";
        return null;
    }

    internal void Write(PlainWriter writer)
    {
        writer.Ints(Cells);
        writer.Ints(Pieces);
        writer.Floats(Edges);
    }

    internal static NeuralBins Read(PlainReader reader) => new() { Cells = reader.Ints(), Pieces = reader.Ints(), Edges = reader.Floats() };
}
