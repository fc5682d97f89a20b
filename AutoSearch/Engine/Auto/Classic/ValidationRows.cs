using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Predictions on rows with a known label, as ML.NET's evaluators read them.</summary>
internal sealed class ValidationRows(MLContext context, Target target, float[] predictions, float threshold)
{
    public BinaryClassificationMetrics Binary()
    {
        List<BinaryRow> rows = new(target.Count);
        for (int i = 0; i < target.Count; i++)
            rows.Add(new BinaryRow { Label = target.Values[i] > 0, Score = predictions[i], Probability = predictions[i], PredictedLabel = predictions[i] >= threshold });
        return context.BinaryClassification.EvaluateNonCalibrated(context.Data.LoadFromEnumerable(rows));
    }

    public MulticlassClassificationMetrics Multiclass()
    {
        int classes = target.Classes.Count;
        List<ClassRow> rows = new(target.Count);
        for (int i = 0; i < target.Count; i++)
        {
            float[] scores = predictions[(i * classes)..((i + 1) * classes)];
            // ML.NET counts the keys of an object's members from 0.
            rows.Add(new ClassRow { Label = (uint)target.Values[i], Score = scores, PredictedLabel = (uint)Array.IndexOf(scores, scores.Max()) });
        }
        SchemaDefinition schema = SchemaDefinition.Create(typeof(ClassRow));
        schema[nameof(ClassRow.Label)].ColumnType = schema[nameof(ClassRow.PredictedLabel)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        schema[nameof(ClassRow.Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, classes);
        return context.MulticlassClassification.Evaluate(context.Data.LoadFromEnumerable(rows, schema), topKPredictionCount: Math.Min(ExperimentMetric.TopK, classes));
    }

    public RegressionMetrics Regression()
    {
        List<NumberRow> rows = new(target.Count);
        for (int i = 0; i < target.Count; i++) rows.Add(new NumberRow { Label = target.Values[i], Score = predictions[i] });
        return context.Regression.Evaluate(context.Data.LoadFromEnumerable(rows));
    }

    /// <summary>The rows at <paramref name="at"/> alone.</summary>
    public ValidationRows Take(int[] at)
    {
        int outputs = predictions.Length / Math.Max(1, target.Count);
        return new ValidationRows(context, target.Take(at), [.. at.SelectMany(row => predictions[(row * outputs)..((row + 1) * outputs)])], threshold);
    }

    private sealed class BinaryRow
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }

    private sealed class ClassRow
    {
        public uint Label { get; set; }

        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }

    private sealed class NumberRow
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }
}
