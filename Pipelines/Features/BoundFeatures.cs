namespace MLPipes.Pipelines;

/// <summary>Writes the features of the row that a <see cref="RowBuffer"/> holds. As safe for threads as its buffer: one a thread.</summary>
public sealed class BoundFeatures
{
    private readonly ITransform[] transforms;
    private readonly Column[][] inputs;
    private readonly int[] offsets;

    internal BoundFeatures(IReadOnlyList<FeatureStep> steps, int width, RowBuffer buffer)
    {
        Width = width;
        transforms = new ITransform[steps.Count];
        inputs = new Column[steps.Count][];
        offsets = new int[steps.Count];
        Dictionary<string, Column> byName = buffer.Columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        for (int s = 0, offset = 0; s < steps.Count; offset += transforms[s++].Features.Count)
        {
            transforms[s] = steps[s].Transform;
            offsets[s] = offset;
            inputs[s] = [.. steps[s].Inputs.Select(name => byName.TryGetValue(name, out Column? column)
                ? column
                : throw new ArgumentException($"The row buffer has no column '{name}'.", nameof(buffer)))];
        }
    }

    /// <summary>Number of features.</summary>
    public int Width { get; }

    /// <summary>Writes the features of the buffer's row as it is now, without allocating.</summary>
    /// <param name="dense">[features]; overwritten.</param>
    public void Write(Span<float> dense)
    {
        dense = dense[..Width];
        dense.Clear();
        for (int s = 0; s < transforms.Length; s++)
            transforms[s].Write(inputs[s], 0, 1, new FeatureBlock(dense[offsets[s]..], Width));
    }
}
