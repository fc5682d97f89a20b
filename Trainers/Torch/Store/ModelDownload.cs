namespace MLPipes.Trainers.Torch;

/// <summary>How far the download of a model is.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="File">The file that is being fetched.</param>
/// <param name="Done">Bytes of the model that are here.</param>
/// <param name="Total">Bytes of the model.</param>
public readonly record struct ModelDownload(string Model, string File, long Done, long Total);
