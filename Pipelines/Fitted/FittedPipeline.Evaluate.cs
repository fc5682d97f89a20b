using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class FittedPipeline
{
    /// <summary>Predicts the rows of <paramref name="table"/> that have a label and measures the predictions against it.</summary>
    /// <param name="table">The model's input columns and the label; rows without a label are left out.</param>
    /// <param name="threads">Threads to use; 0 for all cores.</param>
    /// <param name="cancel">Ends the prediction.</param>
    /// <returns>All metrics of the model's task.</returns>
    /// <exception cref="TableException">The label's column or an input column is absent, no row has a label, or a label is unknown.</exception>
    public MetricReport Evaluate(Table table, int threads = 0, CancellationToken cancel = default)
    {
        Column label = table[Schema.Label];
        int[] labelled = [.. Enumerable.Range(0, table.RowCount).Where(row => !label.IsMissing(row))];
        if (labelled.Length == 0)
            throw new TableException(Schema.Label, found: "no row with a label", expected: "labels to measure against", source: table.Source);
        if (labelled.Length < table.RowCount) table = table.TakeRows(labelled);
        Column? weights = Schema.Inputs.FirstOrDefault(i => i.Role == ColumnRole.Weight) is { } weight ? table.Find(weight.Name) : null;
        return MetricReport.Of(Schema.TargetOf(table), Predict(table, threads, cancel).Values, weights is NumberColumn numbers ? numbers.Values : default, Schema.Threshold);
    }
}
