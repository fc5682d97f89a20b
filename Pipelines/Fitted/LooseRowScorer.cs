namespace MLPipes.Pipelines;

/// <summary>Predicts rows whose values come by name and without static types. For one thread at a time.</summary>
internal sealed class LooseRowScorer
{
    private readonly FittedPipeline pipeline;
    private readonly RowScorer scorer;
    private readonly KnownCategories?[] known;
    private readonly HashSet<string> columns;
    private readonly float[] outputs;

    public LooseRowScorer(FittedPipeline pipeline)
    {
        this.pipeline = pipeline;
        scorer = pipeline.CreateRowScorer();
        known = [.. scorer.Inputs.Select(i => i.Categories is { } categories ? new KnownCategories(categories) : null)];
        columns = new HashSet<string>(pipeline.Schema.Inputs.Select(i => i.Name), StringComparer.Ordinal) { pipeline.Schema.Label };
        outputs = new float[scorer.Outputs];
    }

    public Prediction Predict(IReadOnlyDictionary<string, object?> row, int? number)
    {
        List<string> warnings = [], missing = [];
        List<(string Column, string Found, string Expected)> wrong = [];
        for (int i = 0; i < scorer.Inputs.Count; i++)
        {
            InputColumn input = scorer.Inputs[i];
            if (!row.TryGetValue(input.Name, out object? value))
            {
                missing.Add(input.Name);
                continue;
            }
            LooseCell cell = LooseCell.Of(value);
            if (!cell.TryWrite(scorer.Buffer, i, input, known[i]))
                wrong.Add((input.Name, cell.Describe(), $"{ColumnCoercion.Describe(input.Kind, input.Width)}{(input.Kind == ColumnKind.Vector ? "" : ", or null where unknown")}"));
            else if (known[i] is { } categories && scorer.Buffer.Columns[i] is TextColumn text && text.Cells[0].Span is { IsEmpty: false } written && !categories.Contains(written))
                warnings.Add($"Field '{input.Name}': training did not see {cell.Describe()}.");
        }
        if (missing.Count > 0) throw pipeline.Binding.Missing(missing, row.Keys, number is null ? null : $"row {number}");
        if (wrong.Count == 1) throw new TableException(wrong[0].Column, number, wrong[0].Found, wrong[0].Expected);
        if (wrong.Count > 1)
            throw new TableException($"{(number is null ? "" : $"row {number}: ")}{wrong.Count} fields have values of a wrong type: "
                + string.Join("; ", wrong.Select(w => $"column '{w.Column}': found {w.Found}, expected {w.Expected}")) + ".", inner: null);
        foreach (string name in row.Keys)
            if (!columns.Contains(name)) warnings.Add($"Field '{name}' is not read: the pipeline was fitted without it.");

        scorer.Predict(outputs);
        return Describe(warnings);
    }

    private Prediction Describe(List<string> warnings)
    {
        PipelineSchema schema = pipeline.Schema;
        if (schema.Task == MLTask.Regression) return new Prediction(null, outputs[0], new Dictionary<string, float>(), warnings);
        Dictionary<string, float> probabilities = new(StringComparer.Ordinal);
        for (int k = 0; k < schema.Classes.Count; k++) probabilities[schema.Classes[k]] = Predictions.ProbabilityOf(schema.Task, outputs, k);
        string label = schema.Classes[Predictions.ClassOf(schema, outputs)];
        return new Prediction(label, probabilities[label], probabilities, warnings);
    }
}
