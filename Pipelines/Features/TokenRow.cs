namespace MLPipes.Pipelines;

/// <summary>One row read back as tokens and quantities, refilled by <see cref="TokenLayout.Read(FeatureRow, TokenRow)"/> without allocating. One a thread.</summary>
public sealed class TokenRow
{
    private readonly TokenLayout layout;
    private readonly int[] ids;
    private readonly int[] counts;
    private readonly float[] rest;

    /// <summary>Room for a row of <paramref name="layout"/>.</summary>
    public TokenRow(TokenLayout layout)
    {
        this.layout = layout;
        ids = new int[layout.Positions];
        counts = new int[layout.Segments.Count];
        rest = new float[layout.Rest.Length];
    }

    /// <summary>Ids of the tokens of the segment at <paramref name="index"/>, in their order, each at least 0; empty where the text is missing.</summary>
    public ReadOnlySpan<int> Ids(int index) => ids.AsSpan(layout.OffsetOf(index), counts[index]);

    /// <summary>The features that are no token ids, in the order of <see cref="TokenLayout.Rest"/>.</summary>
    public ReadOnlySpan<float> Rest => rest;

    /// <summary>The feature at <paramref name="index"/> of <see cref="Rest"/> as networks read it: held in, and 0 where it is missing.</summary>
    internal float Quantity(int index) => float.IsNaN(rest[index]) ? 0 : Math.Clamp(rest[index], -10, 10);

    internal void Clear()
    {
        counts.AsSpan().Clear();
        rest.AsSpan().Clear();
    }

    internal void SetRest(int at, float value) => rest[at] = value;

    internal void Add(int segment, float value)
    {
        // NaN fails the comparison too: a missing position is no token.
        if (value is >= 1 and <= TokenLayout.MaxId + 1) ids[layout.OffsetOf(segment) + counts[segment]++] = (int)value - 1;
    }
}
