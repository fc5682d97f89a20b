using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>Where automated search hangs on ML.NET's context.</summary>
public static class MLContextExtension
{
    /// <summary>The catalog of automated search.</summary>
    public static AutoCatalog Auto(this MLContext mlContext) => new(mlContext);
}
