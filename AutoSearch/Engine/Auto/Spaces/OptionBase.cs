namespace MLPipes.AutoSearch;

/// <summary>What search may choose one value from; each of its dimensions is a coordinate from 0 to 1.</summary>
public abstract class OptionBase
{
    /// <summary>Number of coordinates.</summary>
    public abstract int FeatureSpaceDim { get; }

    /// <summary>Where search starts, [coordinates]; null for the lower end.</summary>
    public virtual double[]? Default { get; protected set; }

    /// <summary>Number of different values along each coordinate; null where there is no end of them.</summary>
    public abstract int?[] Step { get; }

    /// <summary>The coordinates of a value.</summary>
    public abstract double[] MappingToFeatureSpace(Parameter value);

    /// <summary>The value at coordinates, each 0 to 1.</summary>
    public abstract Parameter SampleFromFeatureSpace(double[] values);

    /// <summary>Whether near coordinates are near values.</summary>
    internal virtual bool IsOrdered => true;

    /// <summary>All that makes it what it is, as text.</summary>
    internal abstract string Describe();
}
