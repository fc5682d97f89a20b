using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes.AutoSearch;

/// <summary>What a study may choose from, by what the cards say.</summary>
internal static class Candidates
{
    /// <summary>The trainers that serve the task and can read the columns.</summary>
    /// <param name="options">The trainers allowed, and the roles of the columns.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="notes">Gets a sentence for each that could read the columns and can't be used here.</param>
    public static TrainerEntry[] Serving(StudyOptions options, MLTask task, ICollection<string>? notes = null)
    {
        bool hasText = options.Roles.With(ColumnRole.Text).Any();
        List<TrainerEntry> serving = [];
        foreach (TrainerEntry entry in options.Trainers.Where(t => t.Card.Serves(task) && (hasText || !t.Card.Needs.AreIds())))
        {
            if (entry.Card.Unavailable?.Invoke() is { } reason) notes?.Add($"{entry.Card.Key} is left out: {reason}");
            else serving.Add(entry);
        }
        return [.. serving];
    }

    /// <summary>The trainers that serve the task, with their search spaces for data of <paramref name="shape"/>.</summary>
    public static Candidate[] For(StudyOptions options, DataShape shape, ICollection<string>? notes = null) =>
        [.. Serving(options, shape.Task, notes).Where(t => shape.Rows <= t.Card.MostRows).Select(t => new Candidate(t, shape))];

    /// <summary>Featurizers that the data has columns for, those by default among them.</summary>
    public static FeaturizerCard[] Featurizers(StudyData data) =>
        [.. Catalog.Featurizers.Select(f => f.Card).Where(c => data.Features.Any(name => data.Roles.Of(name) == c.Role) && c.Unavailable?.Invoke() is null)];
}
