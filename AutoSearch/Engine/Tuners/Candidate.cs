using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A trainer that a study may use, with its search space for the study's data.</summary>
public sealed class Candidate
{
    /// <summary>A trainer of the catalog for data of <paramref name="shape"/>.</summary>
    public Candidate(TrainerEntry entry, DataShape shape)
    {
        Entry = entry;
        Space = entry.Space(shape);
        StartPoint = [.. Space.Knobs.Select(k => k.Start)];
        Cost = Space.Start.Cost(shape);
    }

    /// <summary>The catalog's entry.</summary>
    public TrainerEntry Entry { get; }

    /// <summary>The trainer's catalog key.</summary>
    public string Key => Entry.Card.Key;

    /// <summary>Where its hyperparameters are worth looking.</summary>
    public ISearchSpace Space { get; }

    /// <summary>The start point, [knobs].</summary>
    public IReadOnlyList<double> StartPoint { get; }

    /// <summary>What a fit at the start point will take.</summary>
    public CostHint Cost { get; }

    /// <summary>Whether it learns step by step and watches the validation part: strong at any budget, so its variants are worth trying early.</summary>
    public bool IsAdaptive => Entry.Card is { StopsEarly: true, KeepsPartial: true, IsBaseline: false };

    /// <summary>Trainers that read their features the same way tend to err the same way; search takes one of each family first.</summary>
    public Needs Family => Entry.Card.Needs;
}
