using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>What a fit of a light text network is told.</summary>
/// <param name="Width">Numbers of a word vector.</param>
/// <param name="MaxTokens">Tokens of a text that are read.</param>
/// <param name="Dropout">Share of the last layer's inputs left out; half of it of the word vectors' numbers.</param>
/// <param name="UnknownShare">Share of the words read as unknown in training.</param>
/// <param name="Training">Epochs, rate, batches.</param>
internal sealed record TextNetPlan(int Width, int MaxTokens, double Dropout, double UnknownShare, TrainingOptions Training);

/// <summary>Fits a light text network with torch and gives it back as plain data.</summary>
internal static class TextNetFit
{
    /// <summary>Fits.</summary>
    /// <param name="data">Rows with token ids.</param>
    /// <param name="plan">How.</param>
    /// <param name="body">Makes the body with its first weights.</param>
    /// <param name="context">Seed, threads, deadline, validation.</param>
    public static IModel Run(TrainingSet data, TextNetPlan plan, Func<Random, ITextBody> body, FitContext context)
    {
        context.Cancel.ThrowIfCancellationRequested();
        if (!data.Features.Features.Any(f => f.IsTokenId))
            throw new TrainingException(nameof(TextNetFit), "no feature holds tokens of a text; learn from a text column, or choose a trainer of tables.");
        TorchRuntime.Load();
        TorchRuntime.UseThreads(context.Threads);
        LabelRange range = LabelRange.Of(data);
        TextVocabulary vocabulary = TextVocabulary.Learn(data.Features, plan.MaxTokens, context.Cancel);
        TextRows rows = new(data, vocabulary, range, context.Cancel);
        TextRows? held = context.Validation is { Rows: > 0 } set ? new TextRows(set, vocabulary, range, context.Cancel) : null;
        using IDisposable scope = NewDisposeScope();
        TextNetJob job = new(data.Task, rows, held, vocabulary, plan.Width, data.Shape.Outputs, body, plan.Dropout, plan.UnknownShare, context.Seed);
        TrainingOutcome outcome = new TrainingLoop(job, plan.Training, context).Run();
        return ToModel(job, vocabulary, data.Task, range, outcome.EpochsKept);
    }

    private static TextNetModel ToModel(TextNetJob job, TextVocabulary vocabulary, MLTask task, LabelRange range, int epochs)
    {
        float[] head = job.Head, biases = job.Biases;
        int outputs = biases.Length, inputs = head.Length / outputs;
        float[] turned = new float[head.Length];
        for (int i = 0; i < inputs; i++)
            for (int k = 0; k < outputs; k++) turned[(k * inputs) + i] = head[(i * outputs) + k] / range.Scale;
        for (int k = 0; k < outputs; k++) biases[k] = (biases[k] / range.Scale) + range.Center;
        return new TextNetModel(vocabulary, job.Table, job.Body.ToPart(), turned, biases, TaskLink.Of(task), epochs);
    }
}
