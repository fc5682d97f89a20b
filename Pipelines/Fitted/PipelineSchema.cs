using System.Text.Json.Serialization;
using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>What a fitted pipeline reads and what it predicts.</summary>
public sealed record PipelineSchema
{
    /// <summary>The columns it was fitted on, the label excepted, in table order.</summary>
    public required IReadOnlyList<InputColumn> Inputs { get; init; }

    /// <summary>The label's column name; prediction does not need the column.</summary>
    public required string Label { get; init; }

    /// <summary>How the label was stored.</summary>
    public required ColumnKind LabelKind { get; init; }

    /// <summary>
    /// The values of the label's keys in key order, where the label was one of ML.NET's keys, so that predicted labels are the same keys;
    /// null where it was not.
    /// </summary>
    public IReadOnlyList<string>? LabelKeys { get; init; }

    /// <summary>What is predicted.</summary>
    public required MLTask Task { get; init; }

    /// <summary>Class names by index, a binary label's positive class last; empty for a regression.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>How probabilities are calibrated and the class chosen; null for neither, and for regressions.</summary>
    public Decision? Decision { get; init; }

    /// <summary>The probability from which a binary label's positive class is predicted.</summary>
    [JsonIgnore]
    public float Threshold => Decision?.Threshold ?? 0.5f;

    /// <summary>Values per prediction: 1 for binary (the positive class) and regression, one a class for multiclass.</summary>
    internal int Outputs => Task == MLTask.Multiclass ? Classes.Count : 1;

    /// <summary>The kinds to read a file's columns as, by name, so that the table is what the pipeline was fitted on.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, ColumnKind> ReadOptions
    {
        get
        {
            Dictionary<string, ColumnKind> kinds = new(StringComparer.Ordinal) { [Label] = LabelKind };
            foreach (InputColumn input in Inputs) if (input.Kind != ColumnKind.Vector) kinds[input.Name] = input.Kind;
            return kinds;
        }
    }

    /// <summary>The schema of a pipeline fitted on <paramref name="table"/>.</summary>
    /// <param name="table">The rows it is fitted on.</param>
    /// <param name="roles">What each column is used for.</param>
    /// <param name="target">The label as it is learned.</param>
    public static PipelineSchema For(Table table, Roles roles, Target target) => new()
    {
        Inputs = [.. table.Columns.Where(c => c.Name != target.Column).Select(c => InputColumn.Of(c, roles.Of(c.Name)))],
        Label = target.Column,
        LabelKind = table[target.Column].Kind,
        Task = target.Task,
        Classes = target.Classes,
    };

    /// <summary>The labels of <paramref name="table"/> under this schema's classes, for evaluation; every row must have one.</summary>
    /// <exception cref="TableException">The label is absent, missing in a row, unknown or not a number.</exception>
    public Target TargetOf(Table table)
    {
        Column label = ColumnCoercion.To(table[Label], new InputColumn(Label, LabelKind, ColumnRole.Label) { Categories = Classes }, []);
        return Target.From(label, Task, Classes);
    }

    /// <summary>Problems that make this no schema; empty for a sound one.</summary>
    internal IEnumerable<string> Problems()
    {
        HashSet<string> names = new(StringComparer.Ordinal) { Label };
        foreach (InputColumn input in Inputs)
        {
            if (!names.Add(input.Name)) yield return $"the column '{input.Name}' stands twice";
            if (!Enum.IsDefined(input.Kind) || !Enum.IsDefined(input.Role)) yield return $"the column '{input.Name}' has no known kind and role";
            if (input.Width < 1 || input.Width > MaxWidth || (input.Width > 1 && input.Kind != ColumnKind.Vector))
                yield return $"the column '{input.Name}' has width {input.Width}";
            if (input.Categories?.Contains(null!) == true) yield return $"a category of '{input.Name}' is null";
        }
        if (!Enum.IsDefined(Task) || !Enum.IsDefined(LabelKind)) yield return "the task or the label's kind is not known";
        else if (Task switch { MLTask.Binary => Classes.Count != 2, MLTask.Multiclass => Classes.Count < 2, _ => Classes.Count != 0 })
            yield return $"{Classes.Count} classes do not fit a {Task} task";
        if (Classes.Distinct(StringComparer.Ordinal).Count() != Classes.Count || Classes.Contains(null!)) yield return "the classes are not distinct names";
        if (Decision is not null)
        {
            if (Task == MLTask.Regression) yield return "a regression has probabilities to calibrate";
            foreach (string problem in Decision.Problems()) yield return problem;
        }
        if (LabelKeys is not null && Classes.Except(LabelKeys).Any()) yield return "a class is none of the label's keys";
    }

    private const int MaxWidth = 1 << 24;
}
