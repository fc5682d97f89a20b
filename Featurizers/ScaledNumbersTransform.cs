using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>(x − center) · scale, held within ±limit; a missing x stands in as its fill.</summary>
public sealed class ScaledNumbersTransform : IFusableTransform, IPlainPart<ScaledNumbersTransform>
{
    private readonly FeatureInfo[] features;
    private readonly int[] widths;
    private readonly double[] fills;
    private readonly double[] centers;
    private readonly double[] scales;
    private readonly double[] limits;

    private ScaledNumbersTransform(FeatureInfo[] features, int[] widths, double[] fills, double[] centers, double[] scales, double[] limits)
    {
        this.features = features;
        this.widths = widths;
        this.fills = fills;
        this.centers = centers;
        this.scales = scales;
        this.limits = limits;
    }

    internal static ScaledNumbersTransform Of(Column column, Func<int, (double Fill, double Center, double Scale)> slot, double limit)
    {
        FeatureInfo[] features = [.. PassThroughTransform.Of([column]).Features];
        (double Fill, double Center, double Scale)[] slots = [.. Enumerable.Range(0, features.Length).Select(slot)];
        return new ScaledNumbersTransform(features, [features.Length],
            [.. slots.Select(s => s.Fill)], [.. slots.Select(s => s.Center)], [.. slots.Select(s => s.Scale)], [.. slots.Select(_ => limit)]);
    }

    /// <inheritdoc/>
    public static string Kind => "scaled-numbers";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features => features;

    /// <inheritdoc/>
    public int InputCount => widths.Length;

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        int feature = 0;
        for (int input = 0; input < widths.Length; input++)
        {
            for (int slot = 0; slot < widths[input]; slot++, feature++)
            {
                double fill = fills[feature], center = centers[feature], scale = scales[feature], limit = limits[feature];
                for (int i = 0; i < count; i++)
                {
                    float cell = NumberCells.At(inputs[input], start + i, slot);
                    double value = ((float.IsNaN(cell) ? fill : cell) - center) * scale;
                    block.Set(i, feature, (float)Math.Min(Math.Max(value, -limit), limit));
                }
            }
        }
    }

    /// <inheritdoc/>
    public ITransform Fuse(IReadOnlyList<ITransform> all)
    {
        ScaledNumbersTransform[] parts = [.. all.Cast<ScaledNumbersTransform>()];
        return new ScaledNumbersTransform([.. parts.SelectMany(p => p.features)], [.. parts.SelectMany(p => p.widths)], [.. parts.SelectMany(p => p.fills)],
            [.. parts.SelectMany(p => p.centers)], [.. parts.SelectMany(p => p.scales)], [.. parts.SelectMany(p => p.limits)]);
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Features(features);
        writer.Ints(widths);
        writer.Doubles(fills);
        writer.Doubles(centers);
        writer.Doubles(scales);
        writer.Doubles(limits);
    }

    /// <inheritdoc/>
    public static ScaledNumbersTransform Read(PlainReader reader)
    {
        FeatureInfo[] features = reader.Features();
        int[] widths = reader.Widths(features.Length);
        double[] fills = reader.Finite(features.Length), centers = reader.Finite(features.Length), scales = reader.Finite(features.Length);
        double[] limits = reader.Doubles();
        if (limits.Length != features.Length || Array.Exists(limits, l => !(l >= 0))) throw reader.Damaged("limits do not fit");
        return new ScaledNumbersTransform(features, widths, fills, centers, scales, limits);
    }
}
