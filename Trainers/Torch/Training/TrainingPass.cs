using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Forward and backward of one batch: gradients are added to those at hand, the tensors between are gone when it returns.</summary>
internal static class TrainingPass
{
    /// <summary>Adds the gradient of <paramref name="share"/> · loss.</summary>
    /// <returns>The loss at the words as they are; for FreeLB near them.</returns>
    public static double Run(ITrainingJob job, TrainingOptions options, ReadOnlySpan<int> examples, TrainingStep step, double share)
    {
        if (options.Adversarial == AdversarialTraining.None) return Pass(job, examples, step, share);
        WordRows words = job.Words!;
        bool isFgm = options.Adversarial == AdversarialTraining.Fgm;
        double size = options.AdversarialSize;
        int passes = isFgm ? 2 : options.AdversarialSteps;
        using WordMove move = new(step.Noise, isFgm ? 0 : size);
        words.Move = move;
        try
        {
            double first = 0;
            // The same dropout in all passes, so that only the move differs (Zhu et al., section 3.3).
            long position = step.Noise.Position;
            for (int pass = 0; pass < passes; pass++)
            {
                step.Noise.Position = position;
                if (pass == 0) first = Pass(job, examples, step, share / passes);
                else Pass(job, examples, step, share / passes);
                if (pass == passes - 1) break;
                move.Ascend(isFgm ? size : size / passes, size);
            }
            return first;
        }
        finally
        {
            words.Move = null;
        }
    }

    private static double Pass(ITrainingJob job, ReadOnlySpan<int> examples, TrainingStep step, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = job.Loss(examples, step);
        loss.Times(share).backward();
        return loss.item<float>();
    }
}
