using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>A binary trainer whose scores are turned into probabilities by what they meant on rows that it had not seen.</summary>
/// <remarks>
/// Scores of all rows come from models fitted on the other folds; the calibration is learned from those, and the inner trainer is
/// then fitted on all rows. Takes folds + 1 fits. Folds are stratified and run side by side; of a deadline they get their share.
/// Sources: Platt, Advances in Large Margin Classifiers, 1999; Zadrozny and Elkan, KDD 2002.
/// </remarks>
/// <param name="Inner">Learns the scores.</param>
/// <param name="Method">How they become probabilities.</param>
public sealed record Calibrated(ITrainer Inner, CalibrationMethod Method = CalibrationMethod.Platt) : IComposedTrainer
{
    /// <summary>Folds for unseen scores. Default 3; fewer where a class has fewer rows.</summary>
    [Bounds(2, 20)]
    public int Folds { get; init; } = 3;

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        CostHint one = Inner.Cost(data);
        return new CostHint(one.Flops * (Folds + 1), (one.PeakBytes * Folds) + (4 * data.StoredValues * (Folds - 1)));
    }

    /// <inheritdoc/>
    /// <exception cref="TrainingException">The task is not binary, or a class has one row.</exception>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        string name = $"{nameof(Calibrated)} {Inner.GetType().Name}";
        if (data.Task != MLTask.Binary) throw new TrainingException(name, $"calibration is for binary labels, not a {data.Task} task.");
        int positives = 0;
        foreach (float label in data.Labels) if (label > 0) positives++;
        int rarer = Math.Min(positives, data.Rows - positives);
        if (rarer < 2) throw new TrainingException(name, $"the rarer class has {rarer} rows; calibration needs at least 2 of each class.");

        Split[] folds = [.. Splits.KFold(data.Target, Math.Min(Folds, rarer), context.Seed)];
        float[] scores = Unseen(data, folds, context);
        ILink link = Method == CalibrationMethod.Platt ? Platt(scores, data) : Isotonic(scores, data);
        return new LinkedModel(Inner.FitChecked(data, context), link);
    }

    private float[] Unseen(TrainingSet data, Split[] folds, FitContext context)
    {
        float[] scores = new float[data.Rows];
        int side = Composition.SideBySide(Inner, folds.Length, context.Threads);
        DateTimeOffset? deadline = context.TimeLeft is { } left ? context.Time.GetUtcNow() + (left * folds.Length / (folds.Length + 1)) : null;
        Composition.Watch watch = new(context, deadline);
        Concurrent.Run(folds.Length, side, f =>
        {
            FitContext fold = watch.Part(Inner, f, folds.Length, side, Math.Max(1, context.Threads / side));
            IModel model = Inner.FitChecked(data.Take(folds[f].Train), fold);
            float[] unseen = model.ScoreAll(data.Features.Take(folds[f].Test), fold.Threads, context.Cancel);
            for (int i = 0; i < unseen.Length; i++) scores[folds[f].Test[i]] = unseen[i];
        });
        return scores;
    }

    private static LogisticLink Platt(float[] scores, TrainingSet data)
    {
        (double slope, double offset) = PlattScaling.Fit(scores, data.Labels, data.Weights);
        return new LogisticLink((float)slope, (float)offset);
    }

    private static IsotonicLink Isotonic(float[] scores, TrainingSet data)
    {
        (float[] knots, float[] levels) = IsotonicRegression.Fit(scores, data.Labels, data.Weights);
        // A level of 0 or 1 would make one surprise infinitely wrong; half a row of doubt is left.
        float doubt = 0.5f / (data.Rows + 1);
        for (int i = 0; i < levels.Length; i++) levels[i] = Math.Clamp(levels[i], doubt, 1 - doubt);
        return new IsotonicLink(knots, levels);
    }
}
