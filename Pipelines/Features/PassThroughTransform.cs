namespace MLPipes.Pipelines;

/// <summary>Numbers, truth values and vectors as they are; NaN where missing.</summary>
public sealed class PassThroughTransform : IFusableTransform, IPlainPart<PassThroughTransform>
{
    private readonly FeatureInfo[] features;
    private readonly int[] widths;

    private PassThroughTransform(FeatureInfo[] features, int[] widths)
    {
        this.features = features;
        this.widths = widths;
    }

    /// <summary>A transform that copies <paramref name="columns"/>.</summary>
    public static PassThroughTransform Of(IReadOnlyList<Column> columns)
    {
        List<FeatureInfo> features = [];
        foreach (Column column in columns)
        {
            int width = NumberCells.WidthOf(column);
            for (int slot = 0; slot < width; slot++)
                features.Add(new FeatureInfo(width == 1 ? column.Name : $"{column.Name}[{SlotName(column, slot)}]", column.Name));
        }
        return new PassThroughTransform([.. features], columns.Select(NumberCells.WidthOf).ToArray());
    }

    /// <inheritdoc/>
    public static string Kind => "pass-through";

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
            Column column = inputs[input];
            for (int slot = 0; slot < widths[input]; slot++, feature++)
            {
                if (column is NumberColumn number)
                {
                    ReadOnlySpan<float> values = number.Values.Slice(start, count);
                    for (int i = 0; i < values.Length; i++) block.Set(i, feature, slot == 0 ? values[i] : float.NaN);
                }
                else
                {
                    for (int i = 0; i < count; i++) block.Set(i, feature, NumberCells.At(column, start + i, slot));
                }
            }
        }
    }

    /// <inheritdoc/>
    public ITransform Fuse(IReadOnlyList<ITransform> all) => new PassThroughTransform(
        all.SelectMany(t => t.Features).ToArray(), all.SelectMany(t => ((PassThroughTransform)t).widths).ToArray());

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Features(features);
        writer.Ints(widths);
    }

    /// <inheritdoc/>
    public static PassThroughTransform Read(PlainReader reader)
    {
        FeatureInfo[] features = reader.Features();
        int[] widths = reader.Ints();
        long total = 0;
        foreach (int width in widths)
        {
            if (width < 1) throw reader.Damaged($"a column of {width} numbers");
            total += width;
        }
        return total == features.Length ? new PassThroughTransform(features, widths) : throw reader.Damaged($"{features.Length} features for {total} numbers");
    }

    private static string SlotName(Column column, int slot) =>
        ((VectorColumn)column).SlotNames is { } names && slot < names.Count && names[slot].Length > 0 ? names[slot] : slot.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
