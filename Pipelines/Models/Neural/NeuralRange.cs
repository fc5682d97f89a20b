namespace MLPipes.Pipelines;

/// <summary>From a regression network's output to its score: clamp(output · scale + offset, low, high).</summary>
/// <param name="Scale">Deviation of the training labels.</param>
/// <param name="Offset">Their mean.</param>
/// <param name="Low">The smallest of them.</param>
/// <param name="High">The largest of them.</param>
public sealed record NeuralRange(double Scale, double Offset, double Low, double High)
{
    internal float Of(float output) => (float)Math.Clamp((output * Scale) + Offset, Low, High);
}
