using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>A dense float32 vector of one width per cell, as ML.NET's transforms make them.</summary>
public sealed class VectorColumn(string name, float[] values, int width, IReadOnlyList<string>? slotNames = null) : Column(name)
{
    private readonly float[] values = values;

    /// <summary>The cells, [rows × width].</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>Values per cell, at least 1.</summary>
    public int Width { get; } = width;

    /// <summary>A name per slot; null where the source gave none.</summary>
    public IReadOnlyList<string>? SlotNames { get; } = slotNames;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Vector;

    /// <inheritdoc/>
    public override int Count => values.Length / Width;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => false;

    /// <inheritdoc/>
    public override string? TextAt(int row)
    {
        string[] parts = new string[Width];
        for (int i = 0; i < Width; i++) parts[i] = values[(row * Width) + i].ToString(CultureInfo.InvariantCulture);
        return string.Join(' ', parts);
    }

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows)
    {
        float[] taken = new float[rows.Length * Width];
        for (int i = 0; i < rows.Length; i++) Values.Slice(rows[i] * Width, Width).CopyTo(taken.AsSpan(i * Width));
        return new VectorColumn(Name, taken, Width, SlotNames);
    }

    /// <inheritdoc/>
    public override Column Rename(string name) => new VectorColumn(name, values, Width, SlotNames);
}
