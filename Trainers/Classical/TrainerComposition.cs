using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>How a trainer serves a task: as it is, calibrated where it gives bare margins, one-versus-all where it learns two classes only.</summary>
public static class TrainerComposition
{
    /// <summary>Whether <see cref="ForTask(ITrainer, TrainerCard, MLTask)"/> has an answer.</summary>
    public static bool Serves(this TrainerCard card, MLTask task) =>
        card.Tasks.Contains(task) || (task == MLTask.Multiclass && card.Tasks.Contains(MLTask.Binary));

    /// <summary>
    /// <paramref name="trainer"/> made fit for <paramref name="task"/>, so that a classification gives probabilities; null where it can't serve.
    /// </summary>
    /// <param name="trainer">A trainer at some point of its search space.</param>
    /// <param name="card">Its card.</param>
    /// <param name="task">The task to serve.</param>
    public static ITrainer? ForTask(ITrainer trainer, TrainerCard card, MLTask task)
    {
        if (!card.Serves(task)) return null;
        if (task == MLTask.Regression) return trainer;
        // A calibration is learned for two classes, so margins of several are taken apart first.
        ITrainer binary = card.GivesMargins ? new Calibrated(trainer) : trainer;
        bool apart = task == MLTask.Multiclass && (card.GivesMargins || !card.Tasks.Contains(MLTask.Multiclass));
        return apart ? new OneVersusAll(binary) : binary;
    }

    /// <summary>The catalog trainer with default options made fit for <paramref name="task"/>; null where it can't serve.</summary>
    public static ITrainer? ForTask(TrainerEntry entry, MLTask task) => ForTask(entry.Create(), entry.Card, task);

    /// <summary>The shape that a trainer with <paramref name="card"/> sees in each of its fits, for its search space and cost.</summary>
    public static DataShape ShapeFor(TrainerCard card, DataShape data) =>
        data.Task == MLTask.Multiclass && (card.GivesMargins || !card.Tasks.Contains(MLTask.Multiclass)) ? data with { Task = MLTask.Binary, Classes = 2 } : data;
}
