using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes.AutoSearch;

/// <summary>What a study may choose from, by what the cards say.</summary>
internal static class Candidates
{
    /// <summary>The trainers that serve the task.</summary>
    public static Candidate[] For(StudyOptions options, DataShape shape) =>
        [.. options.Trainers.Where(t => t.Card.Serves(shape.Task)).Select(t => new Candidate(t, shape))];

    /// <summary>Featurizers that the data has columns for, those by default among them.</summary>
    public static FeaturizerCard[] Featurizers(StudyData data) =>
        [.. Catalog.Featurizers.Select(f => f.Card).Where(c => data.Features.Any(name => data.Roles.Of(name) == c.Role))];
}
