using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>How a file is to be loaded and what its columns are good for.</summary>
public sealed class ColumnInferenceResults
{
    internal ColumnInferenceResults(TextLoader.Options options, ColumnInformation information, IReadOnlyList<string> warnings) =>
        (TextLoaderOptions, ColumnInformation, Warnings) = (options, information, warnings);

    /// <summary>For <c>mlContext.Data.CreateTextLoader</c>.</summary>
    public TextLoader.Options TextLoaderOptions { get; }

    /// <summary>What the columns are used for.</summary>
    public ColumnInformation ColumnInformation { get; }

    /// <summary>What the user should know about the file; one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }
}
