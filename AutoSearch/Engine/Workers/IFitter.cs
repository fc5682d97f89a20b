using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Fits trainers somewhere: in this process or in another. The model is the same either way.</summary>
internal interface IFitter
{
    /// <summary>Checks and fits, as <see cref="Fitting.FitChecked"/> does.</summary>
    /// <param name="card">The card of the trainer, or of the one inside a composed trainer.</param>
    /// <param name="trainer">What learns.</param>
    /// <param name="train">What it learns from.</param>
    /// <param name="context">Seed, threads, deadline, cancellation, validation rows.</param>
    /// <exception cref="SkipTrialException">The fit was ended for its memory.</exception>
    /// <exception cref="TrainingException">The fit failed, or its process did.</exception>
    IModel Fit(TrainerCard card, ITrainer trainer, TrainingSet train, FitContext context);

    /// <summary>Checks, fits and predicts the rows that parts of the model did not see, as <see cref="Fitting.FitOutOfBagChecked"/> does.</summary>
    OutOfBagFit FitOutOfBag(TrainerCard card, IOutOfBagTrainer trainer, TrainingSet train, FitContext context);
}
