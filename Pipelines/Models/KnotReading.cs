namespace MLPipes.Pipelines;

/// <summary>What an <see cref="IsotonicLink"/> gives between two knots.</summary>
public enum KnotReading : byte
{
    /// <summary>The straight line between them.</summary>
    Linear,
    /// <summary>The left knot's prediction.</summary>
    Step,
}
