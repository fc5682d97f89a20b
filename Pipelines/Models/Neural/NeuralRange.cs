namespace MLPipes.Pipelines;

/// <summary>From a regression network's output to its score: clamp(output · scale + offset, low, high).</summary>
/// <param name="Scale">Deviation of the training labels.</param>
/// <param name="Offset">Their mean.</param>
/// <param name="Low">The smallest of them.</param>
/// <param name="High">The largest of them.</param>
public sealed record NeuralRange(double Scale, double Offset, double Low, double High)
{
    internal float Of(float output) => (float)Math.Clamp((output * Scale) + Offset, Low, High);

    internal bool IsBroken => !(double.IsFinite(Scale) && double.IsFinite(Offset) && Low <= High);

    /// <summary>Writes a range or its absence.</summary>
    internal static void Write(NeuralRange? range, PlainWriter writer)
    {
        writer.Bool(range is not null);
        if (range is not null) foreach (double value in (double[])[range.Scale, range.Offset, range.Low, range.High]) writer.Double(value);
    }

    internal static NeuralRange? Read(PlainReader reader) =>
        reader.Bool() ? new NeuralRange(reader.Double(), reader.Double(), reader.Double(), reader.Double()) : null;
}
