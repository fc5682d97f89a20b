using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Truth values as 0 and 1; missing ones NaN, or one half with a flag for trainers that accept none missing.</summary>
public sealed record Truth : IFeaturizer<Truth>
{
    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("truth", "Truth values as 0 and 1, with a flag for missing ones where a trainer needs it.", ColumnRole.Category)
    {
        Priority = 20,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        if (columns[0] is not BooleanColumn column) return FeaturizerFit.Decline("its values are not true and false", isRoutine: true);
        int[] counts = new int[3];
        foreach (byte value in column.Values) counts[value]++;
        if (counts.Count(c => c > 0) < 2) return FeaturizerFit.Decline("all its values are equal");
        bool fill = context.Needs.HasFlag(Needs.NoMissing);
        return FeaturizerFit.Of(new TruthTransform(column.Name, fill, fill && counts[BooleanColumn.Missing] > 0));
    }
}

/// <summary>Truth values as 0 and 1.</summary>
public sealed class TruthTransform : ITransform, IPlainPart<TruthTransform>
{
    private readonly string column;
    private readonly bool fill;
    private readonly bool flag;

    internal TruthTransform(string column, bool fill, bool flag)
    {
        this.column = column;
        this.fill = fill;
        this.flag = flag;
        Features = flag ? [new FeatureInfo(column, column), new FeatureInfo($"{column}.missing", column)] : [new FeatureInfo(column, column)];
    }

    /// <inheritdoc/>
    public static string Kind => "truth";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int i = 0; i < count; i++)
        {
            float value = At(inputs[0], start + i);
            block.Set(i, 0, float.IsNaN(value) && fill ? 0.5f : value);
            if (flag) block.Set(i, 1, float.IsNaN(value) ? 1 : 0);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        writer.Bool(fill);
        writer.Bool(flag);
    }

    /// <inheritdoc/>
    public static TruthTransform Read(PlainReader reader) => new(reader.String(), reader.Bool(), reader.Bool());

    // Text is what mlpipes itself prints for a truth value; numbers count as true unless 0.
    private static float At(Column column, int row) => column switch
    {
        BooleanColumn truth => truth.Values[row] == BooleanColumn.Missing ? float.NaN : truth.Values[row],
        CategoryColumn or TextColumn => CellText.WithText(column, row, 0, static (_, text) =>
            text.Equals("true", StringComparison.OrdinalIgnoreCase) || text is "1" ? 1f : text.Equals("false", StringComparison.OrdinalIgnoreCase) || text is "0" ? 0f : float.NaN),
        _ => NumberCells.At(column, row) is var number && float.IsNaN(number) ? float.NaN : number != 0 ? 1 : 0,
    };
}
