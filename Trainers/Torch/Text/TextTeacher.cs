using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>What a fine-tuned larger encoder says about the training rows.</summary>
/// <param name="Scores">[rows × outputs], raw.</param>
/// <param name="Vectors">[rows × its hidden size].</param>
internal sealed record TextTeacher(float[] Scores, float[] Vectors)
{
    private const double ShareOfTime = 0.6;

    /// <summary>Fine-tunes the teacher of a trainer, and lets it score the rows.</summary>
    /// <exception cref="OptionsException">It reads other tokens than the student.</exception>
    public static TextTeacher Train(TextEncoderTrainer student, ITextTokenizer tokenizer, TrainingSet data, FitContext context)
    {
        ITextTokenizer its = Tokenizers.Load(ModelStore.Resolve(student.Teacher, cancel: context.Cancel));
        bool isSame = its.VocabularySize == tokenizer.VocabularySize && its.Special == tokenizer.Special;
        for (int id = 0; isSame && id < its.VocabularySize; id++) isSame = its.TokenOf(id) == tokenizer.TokenOf(id);
        if (!isSame)
            throw new OptionsException(nameof(TextEncoderTrainer), [$"Teacher '{student.Teacher}' has another vocabulary than '{student.Encoder}'; name one that reads the same tokens."]);
        TextEncoderTrainer trainer = new() { Encoder = student.Teacher, BatchSize = student.BatchSize, MaxLength = student.MaxLength, LongTexts = student.LongTexts, ClassWeights = student.ClassWeights, Precision = student.Precision, Device = student.Device, RecomputesLayers = student.RecomputesLayers };
        FitContext first = context.TimeLeft is { } left ? context with { Deadline = context.Time.GetUtcNow() + (left * ShareOfTime) } : context;
        (float[] scores, float[] vectors) = ((TextEncoderModel)TextFit.Run(trainer, data, first)).Outputs(data.Features, context.Cancel);
        return new TextTeacher(scores, vectors);
    }
}
