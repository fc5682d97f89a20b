using System.Runtime.Intrinsics;

namespace MLPipes.Trainers;

/// <summary>Sums over the rows of one side of a threshold, four at a time.</summary>
internal static class SideSums
{
    /// <summary>How many values are at most <paramref name="threshold"/>, with the sums of their products and weights.</summary>
    /// <param name="values">[rows], none NaN.</param>
    /// <param name="threshold">Largest value of the side.</param>
    /// <param name="products">[rows or more]: weight times label.</param>
    /// <param name="weights">[rows or more].</param>
    /// <param name="sum">Σ products.</param>
    /// <param name="weight">Σ weights.</param>
    public static int Below(ReadOnlySpan<float> values, float threshold, ReadOnlySpan<double> products, ReadOnlySpan<double> weights, out double sum, out double weight)
    {
        Vector256<double> sums = Vector256<double>.Zero, totals = Vector256<double>.Zero;
        Vector128<int> counts = Vector128<int>.Zero;
        Vector128<float> limit = Vector128.Create(threshold);
        int i = 0, lanes = Vector256<double>.Count;
        for (; i <= values.Length - lanes; i += lanes)
        {
            Vector128<int> below = Vector128.LessThanOrEqual(Vector128.Create<float>(values[i..]), limit).AsInt32();
            (Vector128<long> low, Vector128<long> high) = Vector128.Widen(below);
            Vector256<double> mask = Vector256.Create(low, high).AsDouble();
            sums += Vector256.Create<double>(products[i..]) & mask;
            totals += Vector256.Create<double>(weights[i..]) & mask;
            counts -= below;
        }
        int rows = Vector128.Sum(counts);
        sum = Vector256.Sum(sums);
        weight = Vector256.Sum(totals);
        for (; i < values.Length; i++)
        {
            if (values[i] > threshold) continue;
            sum += products[i];
            weight += weights[i];
            rows++;
        }
        return rows;
    }
}
