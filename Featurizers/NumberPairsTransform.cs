using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>How two numbers become one. The numbers stand in files and never change.</summary>
internal enum PairKind { Ratio, Product, Difference }

/// <summary>One feature made of two columns.</summary>
/// <param name="Kind">How they become one.</param>
/// <param name="First">Index of the first column.</param>
/// <param name="Second">Index of the second.</param>
/// <param name="Center">Subtracted from the value.</param>
/// <param name="Scale">Factor of what is left.</param>
/// <param name="Fill">Stands in, before scaling, where there is no value.</param>
internal readonly record struct NumberPair(PairKind Kind, int First, int Second, double Center, double Scale, float Fill);

/// <summary>Ratios, products and differences of pairs of numbers.</summary>
public sealed class NumberPairsTransform : ITransform, IPlainPart<NumberPairsTransform>
{
    // Scaled values beyond this are pulled back to it.
    private const double Limit = 10;

    private readonly string[] columns;
    private readonly NumberPair[] pairs;

    internal NumberPairsTransform(string[] columns, NumberPair[] pairs)
    {
        this.columns = columns;
        this.pairs = pairs;
        Features = [.. pairs.Select(p => new FeatureInfo(
            $"{columns[p.First]} {p.Kind switch { PairKind.Ratio => "/", PairKind.Product => "·", _ => "−" }} {columns[p.Second]}", columns[p.First]))];
    }

    /// <inheritdoc/>
    public static string Kind => "number-pairs";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public int InputCount => columns.Length;

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <summary>The value of a pair; NaN where it has none (a missing number, a division by 0, a result beyond float32).</summary>
    internal static float Of(PairKind kind, float first, float second)
    {
        float value = kind switch { PairKind.Ratio => first / second, PairKind.Product => first * second, _ => first - second };
        return float.IsFinite(value) ? value : float.NaN;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int p = 0; p < pairs.Length; p++)
        {
            NumberPair pair = pairs[p];
            bool isScaled = pair.Scale != 1 || pair.Center != 0;
            for (int i = 0; i < count; i++)
            {
                float value = Of(pair.Kind, NumberCells.At(inputs[pair.First], start + i), NumberCells.At(inputs[pair.Second], start + i));
                if (float.IsNaN(value)) value = pair.Fill;
                block.Set(i, p, isScaled ? (float)Math.Clamp((value - pair.Center) * pair.Scale, -Limit, Limit) : value);
            }
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Strings(columns);
        writer.Int(pairs.Length);
        foreach (NumberPair pair in pairs)
        {
            writer.Int((int)pair.Kind);
            writer.Int(pair.First);
            writer.Int(pair.Second);
            writer.Double(pair.Center);
            writer.Double(pair.Scale);
            writer.Float(pair.Fill);
        }
    }

    /// <inheritdoc/>
    public static NumberPairsTransform Read(PlainReader reader)
    {
        string[] columns = reader.Strings();
        if (columns.Length == 0) throw reader.Damaged("no columns");
        NumberPair[] pairs = new NumberPair[reader.Int(1, 10_000, "pairs")];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new NumberPair((PairKind)reader.Int(0, (int)PairKind.Difference, "kind of pair"), reader.Int(0, columns.Length - 1, "column"),
                reader.Int(0, columns.Length - 1, "column"), reader.Double(), reader.Double(), reader.Float());
            if (!double.IsFinite(pairs[i].Center) || !double.IsFinite(pairs[i].Scale) || float.IsInfinity(pairs[i].Fill)) throw reader.Damaged("a scale is not finite");
        }
        return new NumberPairsTransform(columns, pairs);
    }
}
