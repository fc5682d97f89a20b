namespace MLPipes.Trainers.Torch;

/// <summary>Where an adaptation's stored part comes from.</summary>
internal interface IAdapterSource
{
    /// <summary>The tensor's shape; null where there is none of this name.</summary>
    long[]? ShapeOf(string name);

    /// <summary>The tensor's values, row by row.</summary>
    float[] Read(string name);

    /// <summary>Where it comes from, for errors.</summary>
    string Place { get; }
}
