namespace MLPipes.Pipelines;

/// <summary>Writes the features of the row that a <see cref="RowBuffer"/> holds. As safe for threads as its buffer: one a thread.</summary>
public sealed class BoundFeatures
{
    private readonly ITransform[] transforms;
    private readonly Column[][] inputs;
    private readonly int[] offsets; // [steps + 1]
    private readonly int[]?[] copied; // [steps]: of a step that copies numbers, where each is in the buffer
    private readonly RowBuffer buffer;

    internal BoundFeatures(IReadOnlyList<FeatureStep> steps, int width, RowBuffer buffer)
    {
        Width = width;
        this.buffer = buffer;
        transforms = new ITransform[steps.Count];
        inputs = new Column[steps.Count][];
        offsets = new int[steps.Count + 1];
        copied = new int[steps.Count][];
        Dictionary<string, int> byName = buffer.Columns.Index().ToDictionary(c => c.Item.Name, c => c.Index, StringComparer.Ordinal);
        for (int s = 0; s < steps.Count; s++)
        {
            transforms[s] = steps[s].Transform;
            offsets[s + 1] = offsets[s] + transforms[s].Features.Count;
            int[] columns = [.. steps[s].Inputs.Select(name => byName.TryGetValue(name, out int column)
                ? column
                : throw new ArgumentException($"The row buffer has no column '{name}'.", nameof(buffer)))];
            inputs[s] = [.. columns.Select(c => buffer.Columns[c])];
            // One number a column: calls and checks would be most of the work.
            if (transforms[s] is PassThroughTransform same && same.Features.Count == columns.Length && columns.All(c => buffer.NumberAt(c) is not null))
                copied[s] = [.. columns.Select(c => buffer.NumberAt(c)!.Value)];
        }
    }

    /// <summary>Number of features.</summary>
    public int Width { get; }

    /// <summary>Writes the features of the buffer's row as it is now, without allocating.</summary>
    /// <param name="dense">[features]; overwritten.</param>
    public void Write(Span<float> dense)
    {
        dense = dense[..Width];
        ReadOnlySpan<float> numbers = buffer.Numbers;
        for (int s = 0; s < transforms.Length; s++)
        {
            Span<float> own = dense[offsets[s]..offsets[s + 1]];
            if (copied[s] is { } places)
            {
                for (int i = 0; i < own.Length && i < places.Length; i++) own[i] = numbers[places[i]];
                continue;
            }
            own.Clear();
            transforms[s].Write(inputs[s], 0, 1, new FeatureBlock(own, Width));
        }
    }
}
