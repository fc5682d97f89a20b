using Microsoft.ML;
using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes.AutoSearch;

/// <summary>A trainer of the catalog as a step of a sweep.</summary>
internal sealed class TrainerStep : SweepableEstimator
{
    // The size that the search space is shown for before any data is known.
    private const int UsualRows = 10_000, UsualColumns = 20;

    /// <summary>Fields of an option class that <c>AutoCatalog</c> was given, over what the trainer would search; null for the trainer's own space.</summary>
    private readonly SearchSpace? asked;

    private TrainerStep(TrainerEntry entry, MLTask task, string label, string features, string? weight, SearchSpace space, SearchSpace? asked) : base(entry.Type.Name, space)
    {
        (Entry, Task, Label, Features, Weight, this.asked) = (entry, task, label, features, weight, asked);
    }

    public TrainerEntry Entry { get; }

    public MLTask Task { get; }

    public string Label { get; }

    /// <summary>The column of the vector of features.</summary>
    public string Features { get; }

    public string? Weight { get; }

    public static TrainerStep Of(TrainerEntry entry, MLTask task, string label, string features, string? weight, SearchSpace? options)
    {
        TrainerEntry used = options is null ? entry : entry with { Space = shape => new OptionSpace(entry.Space(shape), options) };
        return new TrainerStep(used, task, label, features, weight, options ?? KnobOption.SpaceOf(entry.Space(TrainerComposition.ShapeFor(entry.Card, Shape(task)))), options);
    }

    public override IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter parameter) => Build(parameter, null);

    /// <summary>The pipeline at <paramref name="parameter"/> on the columns of <paramref name="featurizer"/>, or on the column of features where there is none.</summary>
    public Pipeline Build(Parameter parameter, FeaturizerStep? featurizer)
    {
        ISearchSpace space = Entry.Space(TrainerComposition.ShapeFor(Entry.Card, Shape(Task)));
        // Which knobs there are can depend on the data; one that this space lacks had no effect there either.
        HashSet<string> known = [.. space.Knobs.Select(k => k.Name)];
        Dictionary<string, string> knobs = parameter.ParameterType != ParameterType.Object ? []
            : parameter.Where(p => known.Contains(p.Key)).ToDictionary(p => p.Key, p => p.Value.ParameterType == ParameterType.Bool ? p.Value.AsType<bool>().ToString() : p.Value.ToString(), StringComparer.Ordinal);
        ITrainer trainer = TrainerComposition.ForTask(space.From(knobs), Entry.Card, Task)!;
        return new Pipeline
        {
            Task = Task,
            Label = Label,
            Weight = Weight,
            Trainer = trainer,
            Features = featurizer is null ? [Features] : [.. featurizer.Roles.Features],
            Roles = featurizer?.Roles,
        };
    }

    private static DataShape Shape(MLTask task) =>
        new(task, UsualRows, UsualColumns, task switch { MLTask.Multiclass => 3, MLTask.Binary => 2, _ => 0 }) { CategoricalFeatures = UsualColumns / 2 };

    /// <summary>Whether the user gave it options of their own.</summary>
    public bool HasOptions => asked is not null;
}
