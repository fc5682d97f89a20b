using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>What a fine-tuned larger encoder says about the training rows.</summary>
/// <param name="Scores">[rows × outputs], raw.</param>
/// <param name="Vectors">[rows × its hidden size].</param>
internal sealed record TextTeacher(float[] Scores, float[] Vectors)
{
    // Of the time: to fine-tune it, and until it has scored the rows. The student needs the rest.
    private const double ShareOfTime = 0.6, ShareWithScores = 0.75;

    /// <summary>Fine-tunes the teacher of a trainer, and lets it score the rows; null where the time does not allow it to score them all: the student then learns from the labels alone, and the progress says so.</summary>
    /// <exception cref="OptionsException">It reads other tokens than the student.</exception>
    public static TextTeacher? Train(TextEncoderTrainer student, ITextTokenizer tokenizer, TrainingSet data, FitContext context)
    {
        ITextTokenizer its = Tokenizers.Load(ModelStore.Resolve(student.Teacher, cancel: context.Cancel));
        bool isSame = its.VocabularySize == tokenizer.VocabularySize && its.Special == tokenizer.Special;
        for (int id = 0; isSame && id < its.VocabularySize; id++) isSame = its.TokenOf(id) == tokenizer.TokenOf(id);
        if (!isSame)
            throw new OptionsException(nameof(TextEncoderTrainer), [$"Teacher '{student.Teacher}' has another vocabulary than '{student.Encoder}'; name one that reads the same tokens."]);
        TextEncoderTrainer trainer = new() { Encoder = student.Teacher, BatchSize = student.BatchSize, MaxLength = student.MaxLength, LongTexts = student.LongTexts, ClassWeights = student.ClassWeights, Precision = student.Precision, Device = student.Device, RecomputesLayers = student.RecomputesLayers };
        DateTimeOffset began = context.Time.GetUtcNow();
        TimeSpan? left = context.TimeLeft;
        TextEncoderModel teacher = (TextEncoderModel)TextFit.Run(trainer, data, context with { Deadline = began + (left * ShareOfTime) });
        TimeSpan forScores = left is { } all ? began + (all * ShareWithScores) - context.Time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        using CancellationTokenSource late = new(left is null || forScores > TimeSpan.Zero ? forScores : TimeSpan.Zero, context.Time);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.Cancel, late.Token);
        try
        {
            (float[] scores, float[] vectors) = teacher.Outputs(data.Features, ended.Token);
            return new TextTeacher(scores, vectors);
        }
        catch (OperationCanceledException) when (!context.Cancel.IsCancellationRequested)
        {
            context.Progress?.Report(new FitProgress(double.NaN, double.NaN, "the teacher could not score all rows in its time; learning from the labels alone"));
            return null;
        }
    }
}
