using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Features of texts with what is to be learned from them, before they are cut into windows.</summary>
/// <param name="Features">The rows' features.</param>
/// <param name="Shape">Their size.</param>
/// <param name="Targets">[rows × target width]: labels as they are.</param>
/// <param name="Weights">[rows], of mean 1; empty for equal ones.</param>
/// <param name="Scale">Between labels and what the network gives.</param>
internal sealed record TextSource(FeatureMatrix Features, DataShape Shape, float[] Targets, float[] Weights, TextScale Scale)
{
    /// <summary>Scores of a row.</summary>
    public int Outputs => Shape.Task == MLTask.Binary ? Targets.Length / Math.Max(1, Features.Rows) : Shape.Outputs;

    /// <summary>A training set.</summary>
    public static TextSource Of(TrainingSet data, ClassWeighting weighting) =>
        new(data.Features, data.Shape, data.Labels.ToArray(), TaskLoss.Weights(data, weighting), TextScale.Of(data));

    /// <summary>The rows in windows, with targets as the network gives them.</summary>
    public TextExamples Examples(TextWindows cut, TextScale scale, CancellationToken cancel)
    {
        WindowedRows rows = new(Features, 0, Features.Rows, cut, cancel);
        return new TextExamples(Shape.Task, rows, Array.ConvertAll(Targets, scale.ToNetwork), Weights);
    }
}
