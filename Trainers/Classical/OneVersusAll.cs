using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>A binary trainer for several classes: one fit per class against the rest, probabilities scaled to sum to 1.</summary>
/// <remarks>
/// Fits run side by side on the threads there are, one thread each, and do not depend on their order. A class without rows gets a
/// constant model. Source: Rifkin and Klautau, Journal of Machine Learning Research 5, 2004.
/// </remarks>
/// <param name="Inner">Learns each class; must give probabilities (wrap margins in <see cref="Calibrated"/>).</param>
public sealed record OneVersusAll(ITrainer Inner) : IComposedTrainer
{
    private static readonly string[] restAndClass = ["rest", "class"];

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        CostHint one = Inner.Cost(data with { Task = MLTask.Binary, Classes = 2 });
        return new CostHint(one.Flops * data.Classes, one.PeakBytes * Math.Clamp(Environment.ProcessorCount, 1, Math.Max(1, data.Classes)));
    }

    /// <inheritdoc/>
    /// <exception cref="TrainingException">The task is no classification, fewer than two classes have rows, or the inner trainer gives bare margins.</exception>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        string name = $"{nameof(OneVersusAll)} {Inner.GetType().Name}";
        int classes = data.Target.Classes.Count;
        if (data.Task == MLTask.Regression) throw new TrainingException(name, "one-versus-all is for classes, not a regression.");
        int[] counts = new int[classes];
        foreach (float label in data.Labels) counts[(int)label]++;
        if (counts.Count(c => c > 0) < 2) throw new TrainingException(name, "all rows are of one class, at least 2 are needed.");

        IModel[] models = new IModel[classes];
        int side = Composition.SideBySide(Inner, classes, context.Threads);
        Composition.Watch watch = new(context, context.Deadline);
        Concurrent.Run(classes, side, k =>
        {
            if (counts[k] == 0)
            {
                models[k] = Absent(data);
                return;
            }
            FitContext part = watch.Part(Inner, k, classes, side, Math.Max(1, context.Threads / side)) with
            {
                Seed = (int)(((long)context.Seed + k) % int.MaxValue),
                Validation = context.Validation?.With(Against(context.Validation.Target, k)),
            };
            IModel model = Inner.FitChecked(data.With(Against(data.Target, k)), part);
            if (model.Link is null) throw new TrainingException(name, $"{Inner.GetType().Name} gives bare margins; wrap it in {nameof(Calibrated)}.");
            models[k] = model;
        });
        return new OneVersusAllModel(models);
    }

    private static Target Against(Target target, int k)
    {
        float[] labels = new float[target.Count];
        for (int i = 0; i < labels.Length; i++) labels[i] = (int)target.Values[i] == k ? 1 : 0;
        return new Target(target.Column, MLTask.Binary, labels, restAndClass);
    }

    // Half a row of a class that has none, as a logit.
    private static LinearModel Absent(TrainingSet data) =>
        new(new float[data.Features.Width], [(float)-Math.Log(2.0 * data.Rows + 1)], new LogisticLink());
}
