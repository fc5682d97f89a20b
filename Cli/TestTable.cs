using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary>Reads the rows that a search's result is scored on, and refuses unfit ones before the search.</summary>
internal static class TestTable
{
    /// <summary>The rows with labels.</summary>
    /// <param name="path">A table.</param>
    /// <param name="train">The table that is learned from.</param>
    /// <param name="roles">Its roles.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="warnings">Takes what the user should know.</param>
    /// <param name="threads">Threads that read.</param>
    public static Table Read(string path, Table train, Roles roles, MLTask task, List<string> warnings, int threads)
    {
        Table test = TableInput.Read(path, KindsOf(train), threads);
        string label = roles.Label!;
        string[] missing = [.. roles.Features.Append(label).Where(name => test.Find(name) is null)];
        if (missing.Length > 0)
            throw new TableException(missing[0], found: missing.Length == 1 ? "no such column" : $"neither it nor {string.Join(", ", missing.Skip(1).Take(10))}", expected: "the columns that are learned from", source: path);
        (Table labelled, int dropped) = TableInput.WithLabel(test, label);
        if (labelled.RowCount == 0) throw new TableException(label, found: "no row with a label", expected: "labels to score the model by", source: path);
        // A label that training never saw would only be found once the budget is spent.
        if (task is MLTask.Binary or MLTask.Multiclass) Target.From(labelled[label], task, Target.ClassesOf(train[label]));
        warnings.AddRange(test.Warnings);
        if (dropped > 0) warnings.Add($"{path}: {dropped} of {test.RowCount} rows have no label '{label}'; they are not scored.");
        return labelled;
    }

    /// <summary>The kinds by which another table is read as this one was.</summary>
    public static Dictionary<string, ColumnKind> KindsOf(Table table) =>
        table.Columns.Where(c => c.Kind != ColumnKind.Vector).ToDictionary(c => c.Name, c => c.Kind, StringComparer.Ordinal);
}
