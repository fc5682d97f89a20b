using System.Collections.Concurrent;
using System.Reflection;
using MLPipes.Pipelines;

namespace MLPipes.Conformance.Tests;

/// <summary>One trainer under one of its tasks: what every check of the suite is run on.</summary>
/// <remarks>MLPIPES_TRAINER names the one trainer to check, for whoever writes it; none is named in a full run.</remarks>
public sealed record TrainerCase(TrainerEntry Trainer, MLTask Task)
{
    private static readonly ConcurrentDictionary<string, IModel> models = new(StringComparer.Ordinal);
    private static readonly string? only = Environment.GetEnvironmentVariable("MLPIPES_TRAINER");

    public override string ToString() => $"{Trainer.Card.Key}/{Task}";

    /// <summary>All trainers of the crawl with all their tasks, less those excused from <paramref name="check"/>.</summary>
    internal static IEnumerable<object[]> For(string check) =>
        from trainer in Catalog.Trainers
        where (only is null || trainer.Card.Key == only) && trainer.Card.Unavailable?.Invoke() is null && !trainer.Type.GetCustomAttributes<ExcusedAttribute>().Any(e => e.Check == check)
        from task in trainer.Card.Tasks
        select new object[] { new TrainerCase(trainer, task) };

    internal TrainingSet Data(int rows = 300, int seed = 1, bool sparse = false) => Tiny.For(Trainer.Card, Task, rows, seed, sparse);

    internal ITrainer Start(TrainingSet data) => Trainer.Space(data.Shape).Start;

    /// <summary>A model of the standard rows, fitted once for all checks that only look at one.</summary>
    internal IModel Fitted() => models.GetOrAdd(ToString(), _ =>
    {
        TrainingSet data = Data();
        return Start(data).FitChecked(data, Context());
    });

    internal static FitContext Context(int seed = 7, int threads = 2) => new() { Seed = seed, Threads = threads };
}
