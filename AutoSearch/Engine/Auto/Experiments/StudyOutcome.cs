using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>What a study in an experiment found, and what it saw on its way.</summary>
internal sealed record StudyOutcome
{
    public required StudyResult Result { get; init; }

    public required StudyData Data { get; init; }

    public required Finished Finished { get; init; }

    /// <summary>Predictions on rows that the models were not fitted on, by trial number.</summary>
    public required IReadOnlyDictionary<int, float[]> OutOfFold { get; init; }

    /// <summary>The study's pipeline and ML.NET's steps around it.</summary>
    public required ITransformer Model { get; init; }
}
