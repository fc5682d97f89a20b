using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>Evaluates configurations on one learning set; features are made once for those that read the same.</summary>
internal sealed class PortfolioCollector(LearningSet set, int threads, double maxSeconds)
{
    private readonly Dictionary<(Needs, string, int), (TrainingSet Fit, TrainingSet Weigh, TrainingSet Judge)> features = [];
    private readonly CpuTime clock = new(1);

    /// <summary>Fits and scores the configuration on every part; a failure is a result too, and null means that it is not for this task.</summary>
    public Evaluation? Evaluate(PoolEntry entry)
    {
        if (entry.For(set.Target.Task) is not { } listed) return null;
        if (!listed.Featurizers.All(HasColumnsFor)) return null;
        TrainerEntry trainer = Catalog.Trainer(listed.Trainer)!;
        try
        {
            List<float[]> weigh = [], judge = [];
            double seconds = 0;
            for (int part = 0; part < set.Parts.Count; part++)
            {
                (TrainingSet fit, TrainingSet stop, TrainingSet test) = FeaturesFor(trainer.Card.Needs, listed.Featurizers, part);
                Candidate candidate = new(trainer, ShapeOf(fit));
                ITrainer configured = candidate.At(candidate.Space.Describe(candidate.Space.PointNear(listed.Knobs)));
                long began = clock.GetTimestamp();
                IModel model = configured.FitChecked(fit, new FitContext
                {
                    Seed = part + 1, Threads = threads, Time = clock,
                    // One that has no model before its end would be lost; timers that end it count wall time on a machine that others use.
                    Deadline = trainer.Card.KeepsPartial ? clock.GetUtcNow() + TimeSpan.FromSeconds(maxSeconds / set.Parts.Count) : null,
                    Validation = trainer.Card.StopsEarly ? stop : null,
                });
                judge.Add(model.PredictAll(test.Features, threads));
                seconds += clock.GetElapsedTime(began).TotalSeconds;
                weigh.Add(model.PredictAll(stop.Features, threads));
            }
            return new Evaluation(null, seconds, [.. weigh.SelectMany(v => v)], [.. judge.SelectMany(v => v)]);
        }
        catch (Exception error) when (error is MLPipesException or TimeoutException)
        {
            return new Evaluation(error.Message, maxSeconds, [], []);
        }
    }

    private bool HasColumnsFor(string featurizer) =>
        Catalog.Featurizers.First(f => f.Card.Key == featurizer).Card is var card && set.Roles.Features.Any(name => set.Roles.Of(name) == card.Role);

    private DataShape ShapeOf(TrainingSet fit) => new(set.Target.Task, fit.Rows, Math.Max(1, set.Roles.Features.Count()), set.Target.Classes.Count)
    {
        CategoricalFeatures = set.Roles.Features.Count(name => set.Roles.Of(name) == ColumnRole.Category),
    };

    private (TrainingSet Fit, TrainingSet Weigh, TrainingSet Judge) FeaturesFor(Needs needs, IReadOnlyList<string> featurizers, int part)
    {
        (Needs, string, int) key = (needs, string.Join('|', featurizers), part);
        if (features.TryGetValue(key, out var made)) return made;
        LearningPart rows = set.Parts[part];
        Table table = set.Table.TakeRows(rows.Fit);
        Target target = set.Target.Take(rows.Fit);
        FeaturizedTraining fitted = FeaturePlan.For(table, set.Roles, needs, featurizers).Fit(table, new FeaturizerContext { Target = target, Needs = needs, Seed = part + 1, Threads = threads });
        TrainingSet Other(int[] other) => new(fitted.Features.Transform(set.Table.TakeRows(other), threads, default), set.Target.Take(other));
        made = (new TrainingSet(fitted.Matrix, target), Other(rows.Weigh), Other(rows.Judge));
        features.Add(key, made);
        return made;
    }
}
