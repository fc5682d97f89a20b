using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes.AutoSearch;

/// <summary>A trainer that a study may use, with its search space for the study's data.</summary>
public sealed class Candidate
{
    private readonly MLTask task;
    private readonly DataShape shape;

    /// <summary>A trainer of the catalog that serves the task, for data of <paramref name="shape"/>.</summary>
    public Candidate(TrainerEntry entry, DataShape shape)
    {
        Entry = entry;
        task = shape.Task;
        Space = entry.Space(TrainerComposition.ShapeFor(entry.Card, shape));
        StartPoint = [.. Space.Knobs.Select(k => k.Start)];
        this.shape = shape;
        Cost = CostAt(StartPoint);
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

    /// <summary>The trainer with these knobs, made fit for the task: calibrated where it gives margins, one-versus-all where it learns two classes only.</summary>
    /// <exception cref="OptionsException">A knob is not in the search space.</exception>
    public ITrainer At(IReadOnlyDictionary<string, string> knobs) => ForTask(Space.From(knobs));

    /// <summary>What a fit at <paramref name="point"/> of the search space will take.</summary>
    public CostHint CostAt(IReadOnlyList<double> point) => ForTask(Space.At([.. point])).Cost(shape);

    /// <summary>Whether it learns step by step and watches the validation part: strong at any budget, so its variants are worth trying early.</summary>
    public bool IsAdaptive => Entry.Card is { StopsEarly: true, KeepsPartial: true, IsBaseline: false, UsesAllCores: false };

    /// <summary>Whether it can be fitted once more on all rows, without rows to stop early by.</summary>
    public bool CanRefit => !Entry.Card.StopsEarly || ForTask(Space.At([.. StartPoint])) is IRoundTrainer;

    /// <summary>Trainers that read their features the same way tend to err the same way; search takes one of each family first.</summary>
    public Needs Family => Entry.Card.Needs;

    private ITrainer ForTask(ITrainer trainer) => TrainerComposition.ForTask(trainer, Entry.Card, task)
        ?? throw new ArgumentException($"{Key} does not serve a {task.ToString().ToLowerInvariant()} task.", nameof(trainer));
}
