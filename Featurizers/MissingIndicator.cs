using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>1 where a number is missing, else 0; beside the filled number, for trainers that accept no missing value.</summary>
public sealed record MissingIndicator : IFeaturizer<MissingIndicator>
{
    /// <summary>Fewest rows that must be missing, and fewest that must not be, for the flag to be worth a feature.</summary>
    [Bounds(1, int.MaxValue)]
    public int MinRows { get; init; } = 1;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("missing-indicator", "A flag for each number that was missing, beside the filled number.", ColumnRole.Number)
    {
        Suits = needs => needs.HasFlag(Needs.NoMissing),
        Adds = true,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        Column column = columns[0];
        if (column.Kind == ColumnKind.Vector) return FeaturizerFit.Decline("vectors have no missing cells");
        int missing = 0;
        for (int row = 0; row < column.Count; row++) if (float.IsNaN(NumberCells.At(column, row))) missing++;
        return missing < MinRows || column.Count - missing < MinRows
            ? FeaturizerFit.Decline($"{missing} of {column.Count} numbers are missing")
            : FeaturizerFit.Of(new MissingIndicatorTransform([new FeatureInfo($"{column.Name}.missing", column.Name)]));
    }
}

/// <summary>1 where a number is missing, else 0.</summary>
public sealed class MissingIndicatorTransform : IFusableTransform, IPlainPart<MissingIndicatorTransform>
{
    private readonly FeatureInfo[] features;

    internal MissingIndicatorTransform(FeatureInfo[] features) => this.features = features;

    /// <inheritdoc/>
    public static string Kind => "missing-indicator";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features => features;

    /// <inheritdoc/>
    public int InputCount => features.Length;

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int input = 0; input < features.Length; input++)
            for (int i = 0; i < count; i++)
                block.Set(i, input, float.IsNaN(NumberCells.At(inputs[input], start + i)) ? 1 : 0);
    }

    /// <inheritdoc/>
    public ITransform Fuse(IReadOnlyList<ITransform> all) => new MissingIndicatorTransform([.. all.SelectMany(t => t.Features)]);

    /// <inheritdoc/>
    public void Write(PlainWriter writer) => writer.Features(features);

    /// <inheritdoc/>
    public static MissingIndicatorTransform Read(PlainReader reader) => new(reader.Features());
}
