namespace MLPipes.Pipelines;

/// <summary>Finds the columns that a pipeline reads in a table and brings them into the storage that it was fitted on.</summary>
internal sealed class InputBinding
{
    private readonly string label;

    public InputBinding(PipelineSchema schema, IReadOnlyList<PipelineMember> members)
    {
        HashSet<string> read = new(members.SelectMany(m => m.Features.Inputs), StringComparer.Ordinal);
        Inputs = [.. schema.Inputs.Where(i => read.Contains(i.Name))];
        read.ExceptWith(Inputs.Select(i => i.Name));
        if (read.Count > 0) throw new ArgumentException($"The features read {Names(read)}, which the schema lacks.", nameof(schema));
        label = schema.Label;
    }

    /// <summary>The columns that are read, in schema order.</summary>
    public IReadOnlyList<InputColumn> Inputs { get; }

    /// <summary>A row of the inputs, to be refilled.</summary>
    public RowBuffer NewRow() => new([.. Inputs.Select(i => (i.Name, i.Kind, i.Width))]);

    /// <summary>A table of exactly the inputs.</summary>
    /// <exception cref="TableException">Columns are missing; the message names all of them.</exception>
    public Table Bind(Table table, ICollection<string> warnings)
    {
        Column[] columns = new Column[Inputs.Count];
        List<string> missing = [];
        for (int i = 0; i < columns.Length; i++)
        {
            if (table.Find(Inputs[i].Name) is { } column) columns[i] = ColumnCoercion.To(column, Inputs[i], warnings, table.Source);
            else missing.Add(Inputs[i].Name);
        }
        if (missing.Count > 0) throw Missing(missing, table.Columns.Select(c => c.Name), table.Source);
        return new Table(columns, source: table.Source);
    }

    /// <summary>The one error that names every column that is not there.</summary>
    public TableException Missing(IReadOnlyCollection<string> missing, IEnumerable<string> present, string? source)
    {
        string where = source is null ? "" : $"{source}: ";
        string plural = missing.Count == 1 ? "a column" : $"{missing.Count} columns";
        string[] others = [.. present.Where(p => p != label && !Inputs.Any(i => i.Name == p))];
        string[] near = [.. others.Where(o => missing.Any(m => string.Equals(m.Trim(), o.Trim(), StringComparison.OrdinalIgnoreCase)))];
        string hint = near.Length > 0 ? $" There is {Names(near)}: names must agree letter by letter."
            : others.Length > 0 ? $" It has {Names(others)} that the pipeline does not know: rename them if they are the same." : "";
        return new TableException($"{where}{plural} that the pipeline reads {(missing.Count == 1 ? "is" : "are")} not there: {Names(missing)}.{hint}", null);
    }

    private static string Names(IEnumerable<string> names)
    {
        string[] shown = [.. names.Take(21)];
        return string.Join(", ", shown.Take(20).Select(n => $"'{n}'")) + (shown.Length > 20 ? ", …" : "");
    }
}
