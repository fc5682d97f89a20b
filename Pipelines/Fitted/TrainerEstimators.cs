using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>Trainers of mlpipes as ML.NET estimators.</summary>
public static class TrainerEstimators
{
    /// <summary>An estimator that featurizes columns for <paramref name="trainer"/>, which learns one task only, and fits it.</summary>
    /// <param name="trainer">The trainer with its options.</param>
    /// <param name="context">ML.NET's context. It keeps its seed to itself, so the fit's seed is set in <see cref="Pipeline.Context"/>.</param>
    /// <param name="label">Name of the column to predict.</param>
    /// <param name="features">Names of the columns to learn from; none for all but the label.</param>
    /// <exception cref="OptionsException">The trainer learns several tasks: name one.</exception>
    public static Pipeline AsEstimator(this ITrainer trainer, MLContext context, string label = "Label", params string[] features)
    {
        MLTask[] tasks = PipelineFit.CardOf(trainer)?.Tasks ?? [];
        return tasks is [var task]
            ? trainer.AsEstimator(context, task, label, features)
            : throw new OptionsException(trainer.GetType().Name, [$"It learns {(tasks.Length == 0 ? "tasks that its card does not tell" : string.Join(", ", tasks))}: name the task, AsEstimator(context, MLTask.Binary, label)."]);
    }

    /// <summary>An estimator that featurizes columns for <paramref name="trainer"/> and fits it.</summary>
    /// <param name="trainer">The trainer with its options.</param>
    /// <param name="context">ML.NET's context. It keeps its seed to itself, so the fit's seed is set in <see cref="Pipeline.Context"/>.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="label">Name of the column to predict.</param>
    /// <param name="features">Names of the columns to learn from; none for all but the label.</param>
    public static Pipeline AsEstimator(this ITrainer trainer, MLContext context, MLTask task, string label = "Label", params string[] features)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Pipeline { Task = task, Label = label, Trainer = trainer, Features = features.Length == 0 ? null : features };
    }
}
