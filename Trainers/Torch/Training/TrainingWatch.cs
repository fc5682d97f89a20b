using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Validates a job's weights as training goes, keeps the best and tells when they no longer get better.</summary>
internal sealed class TrainingWatch(ITrainingJob job, TrainingOptions options) : IDisposable
{
    private WeightCopy? best;

    /// <summary>Score of the best weights; null before the first validation.</summary>
    public double? BestScore { get; private set; }

    /// <summary>Updates behind them.</summary>
    public int BestStep { get; private set; }

    /// <summary>Validations since then.</summary>
    public int Misses { get; private set; }

    /// <summary>Whether so many validations brought nothing that training is to end.</summary>
    public bool IsDone => options.Patience > 0 && Misses >= options.Patience;

    /// <summary>Scores the weights as they are, caught up, and keeps them where they are the best.</summary>
    /// <returns>The score; null where the job has none.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing has changed.</exception>
    public double? Look(int made, CancellationToken cancel)
    {
        double? score;
        job.Model.eval();
        try
        {
            using IDisposable quiet = no_grad(), scope = NewDisposeScope();
            score = job.Validate(cancel);
        }
        finally
        {
            job.Model.train();
        }
        if (score is not { } found) return null;
        if (BestScore is null || found > BestScore)
        {
            best?.Dispose();
            best = WeightCopy.Of(job);
            (BestScore, BestStep, Misses) = (found, made, 0);
        }
        else
        {
            Misses++;
        }
        return found;
    }

    /// <summary>Puts the best weights back, where there are any.</summary>
    public bool Restore()
    {
        best?.Restore(job);
        return best is not null;
    }

    /// <summary>What a checkpoint holds beside the numbers.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => best is null ? [] : WeightCopy.Values(job).Zip(best.All, (v, kept) => ($"best.{v.Name}", kept));

    /// <summary>Goes on from a checkpoint. The job's weights are changed: put its own back behind it.</summary>
    public void Resume(double? score, int step, int misses, Action<string> readBest)
    {
        (BestScore, BestStep, Misses) = (score, step, misses);
        if (score is null) return;
        readBest("best.");
        best = WeightCopy.Of(job);
    }

    public void Dispose() => best?.Dispose();
}
