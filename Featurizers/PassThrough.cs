using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Numbers as they are, NaN where missing, for trainers that need neither scaled nor complete features.</summary>
public sealed record PassThrough : IFeaturizer<PassThrough>
{
    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("pass-through", "Numbers, truth values and vectors as they are, missing ones left missing.", ColumnRole.Number)
    {
        Suits = needs => (needs & (Needs.NoMissing | Needs.Scaled)) == 0,
        Priority = 10,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        foreach (Column column in columns)
            for (int slot = 0; slot < NumberCells.WidthOf(column); slot++)
                if (Varies(column, slot)) return FeaturizerFit.Of(PassThroughTransform.Of(columns));
        return FeaturizerFit.Decline("it has no two different values");
    }

    // A missing cell counts as a value of its own: one number and NaN still tell rows apart.
    private static bool Varies(Column column, int slot)
    {
        if (column.Count == 0) return false;
        float first = NumberCells.At(column, 0, slot);
        for (int row = 1; row < column.Count; row++)
            if (!NumberCells.At(column, row, slot).Equals(first)) return true;
        return false;
    }
}
