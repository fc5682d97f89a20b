namespace MLPipes.Pipelines;

/// <summary>Linear terms of a tree's leaves: leaf l gives Constants[l] + Σ coefficient · value over its features, in place of its leaf value.</summary>
/// <remarks>Where one of a leaf's features is not finite (NaN, infinite), the row gets the leaf's plain value of <see cref="Tree.LeafValues"/>.</remarks>
public sealed class LeafLines
{
    /// <summary>What each leaf's sum starts from, [leaves].</summary>
    public required double[] Constants { get; init; }

    /// <summary>Where each leaf's terms begin, [leaves + 1], from 0 on; the last is the number of terms.</summary>
    public required int[] Starts { get; init; }

    /// <summary>The feature of each term, [terms], ascending within a leaf.</summary>
    public required int[] Features { get; init; }

    /// <summary>The factor of each term, [terms].</summary>
    public required double[] Coefficients { get; init; }

    /// <summary>The value of leaf <paramref name="leaf"/> for a row.</summary>
    internal double ValueOf(int leaf, FeatureRow row, double plain)
    {
        double sum = Constants[leaf];
        int from = Starts[leaf], to = Starts[leaf + 1];
        if (row.IsSparse)
        {
            FeatureCursor cursor = new(row);
            for (int i = from; i < to; i++)
            {
                float value = cursor.At(Features[i]);
                if (!float.IsFinite(value)) return plain;
                sum += Coefficients[i] * value;
            }
            return sum;
        }
        ReadOnlySpan<float> values = row.Values;
        for (int i = from; i < to; i++)
        {
            float value = values[Features[i]];
            if (!float.IsFinite(value)) return plain;
            sum += Coefficients[i] * value;
        }
        return sum;
    }

    internal string? FindProblem(int leaves, int features)
    {
        if (Constants.Length != leaves || Starts.Length != leaves + 1) return $"linear terms are for {Constants.Length} leaves, not {leaves}";
        if (Starts[0] != 0 || Starts[^1] != Features.Length || Coefficients.Length != Features.Length) return "its linear terms do not begin and end where its leaves do";
        foreach (double constant in Constants)
            if (!double.IsFinite(constant)) return $"the linear constant {constant} is not finite";
        foreach (double coefficient in Coefficients)
            if (!double.IsFinite(coefficient)) return $"the coefficient {coefficient} is not finite";
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            if (Starts[leaf] > Starts[leaf + 1] || Starts[leaf + 1] > Features.Length) return $"the linear terms of leaf {leaf} end before they begin";
            for (int i = Starts[leaf]; i < Starts[leaf + 1]; i++)
            {
                if ((uint)Features[i] >= (uint)features) return $"a linear term's feature {Features[i]} is not one of {features}";
                if (i > Starts[leaf] && Features[i] <= Features[i - 1]) return $"the linear terms of leaf {leaf} do not ascend by feature";
            }
        }
        return null;
    }

    internal void Write(PlainWriter writer)
    {
        writer.Doubles(Constants);
        writer.Ints(Starts);
        writer.Ints(Features);
        writer.Doubles(Coefficients);
    }

    internal static LeafLines Read(PlainReader reader) =>
        new() { Constants = reader.Doubles(), Starts = reader.Ints(), Features = reader.Ints(), Coefficients = reader.Doubles() };
}
