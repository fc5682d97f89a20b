using Microsoft.ML;

namespace MLPipes.Pipelines;

/// <summary>Fits a pipeline: roles, features, trainer, and what is remembered of them.</summary>
internal static class PipelineFit
{
    public static FittedPipeline Run(Pipeline pipeline, Table table, IReadOnlyList<string>? labelKeys)
    {
        FitContext context = pipeline.Context;
        Roles roles = RolesOf(pipeline, table);
        Target target = labelKeys is not null && pipeline.Task != MLTask.Regression
            ? Target.From(table[pipeline.Label], pipeline.Task, KeyClasses(table[pipeline.Label], labelKeys))
            : Target.From(table[pipeline.Label], pipeline.Task);
        float[]? weights = pipeline.Weight is { } weight ? WeightsOf(table[weight]) : null;
        Needs needs = NeedsOf(pipeline.Trainer);

        FeaturizedTraining features = Plan(pipeline, table, roles, needs).Fit(table, new FeaturizerContext
        {
            Target = target, Weights = weights, Needs = needs, Seed = context.Seed, Threads = context.Threads, Cancel = context.Cancel,
        });
        if (pipeline.Validation is { } held) context = context with { Validation = ValidationOf(pipeline, held, table, features.Features, target, context) };
        IModel model = pipeline.Trainer.FitChecked(new TrainingSet(features.Matrix, target, weights), context);
        if (model.Link is null && pipeline.Task != MLTask.Regression)
            throw new TrainingException(pipeline.Trainer.GetType().Name, "it gives bare margins, and a pipeline predicts probabilities: wrap it, new Calibrated(trainer).");

        PipelineSchema schema = PipelineSchema.For(table, roles, target) with { LabelKeys = pipeline.Task == MLTask.Regression ? null : labelKeys };
        return new FittedPipeline(schema, [new PipelineMember(features.Features, model)], new PipelineManifest
        {
            Created = context.Time.GetUtcNow(), Task = pipeline.Task, Trainer = pipeline.Trainer.ToString()!, Seed = context.Seed, Notes = features.Notes,
        });
    }

    private static TrainingSet ValidationOf(Pipeline pipeline, IDataView held, Table fitted, FittedFeatures features, Target target, FitContext context)
    {
        Table table = Table.From(held, fitted.Columns.Select(c => c.Name));
        return new TrainingSet(features.Transform(table, context.Threads, context.Cancel), Target.From(table[pipeline.Label], pipeline.Task, target.Classes),
            pipeline.Weight is { } weight ? WeightsOf(table[weight]) : null);
    }

    /// <summary>What the trainer, or the one behind it, needs; all that can be needed where the catalog does not know it.</summary>
    private static Needs NeedsOf(ITrainer trainer)
    {
        while (trainer is IComposedTrainer composed) trainer = composed.Inner;
        return CardOf(trainer)?.Needs ?? Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense;
    }

    /// <summary>The card of a catalog trainer; null for one that the catalog does not hold.</summary>
    public static TrainerCard? CardOf(ITrainer trainer) => Catalog.Trainers.FirstOrDefault(t => t.Type == trainer.GetType())?.Card;

    private static Roles RolesOf(Pipeline pipeline, Table table)
    {
        _ = table[pipeline.Label];
        HashSet<string>? features = pipeline.Features is { } named ? new HashSet<string>(named, StringComparer.Ordinal) : null;
        foreach (string name in features ?? []) _ = table[name];
        Dictionary<string, ColumnRole> roles = new(StringComparer.Ordinal);
        foreach (Column column in table.Columns)
        {
            ColumnRole role = pipeline.Roles?.Of(column.Name) ?? column.Kind switch
            {
                ColumnKind.Category or ColumnKind.Boolean => ColumnRole.Category,
                ColumnKind.Text => ColumnRole.Text,
                ColumnKind.Date => ColumnRole.Date,
                _ => ColumnRole.Number,
            };
            roles[column.Name] = column.Name == pipeline.Label ? ColumnRole.Label
                : column.Name == pipeline.Weight ? ColumnRole.Weight
                : features?.Contains(column.Name) == false || role is ColumnRole.Label or ColumnRole.Weight ? ColumnRole.Ignore : role;
        }
        return new Roles { ByColumn = roles };
    }

    private static FeaturePlan Plan(Pipeline pipeline, Table table, Roles roles, Needs needs)
    {
        FeaturePlan plan = FeaturePlan.For(table, roles, needs);
        List<FeaturePlanItem> items = [.. plan.Items];
        foreach ((ColumnSelector columns, IFeaturizer featurizer) in pipeline.Featurizers)
        {
            PlannedFeaturizer[] planned = [new(Catalog.Featurizers.FirstOrDefault(f => f.Type == featurizer.GetType())?.Card.Key ?? featurizer.GetType().Name, featurizer)];
            foreach (string name in columns.Select(table, roles).Where(n => roles.Features.Contains(n)))
            {
                int at = items.FindIndex(i => i.Columns is [var only] && only == name && !i.Adds);
                items[at] = new FeaturePlanItem([name], planned);
            }
        }
        return plan with { Items = items };
    }

    // Only keys that occur, in key order: a class without rows can't be learned, but stays a key.
    private static string[] KeyClasses(Column label, IReadOnlyList<string> keys)
    {
        HashSet<string> used = new(Target.ClassesOf(label), StringComparer.Ordinal);
        return [.. keys.Where(used.Contains)];
    }

    private static float[] WeightsOf(Column column)
    {
        if (ColumnCoercion.To(column, new InputColumn(column.Name, ColumnKind.Number, ColumnRole.Weight), []) is not NumberColumn weights)
            throw new TableException(column.Name, found: $"a {column.Kind} column", expected: "numbers as row weights");
        for (int row = 0; row < weights.Count; row++)
            if (weights.IsMissing(row) || weights.Values[row] < 0)
                throw new TableException(column.Name, row + 1, $"the weight '{column.TextAt(row)}'", "a number of at least 0");
        return weights.Values.ToArray();
    }
}
