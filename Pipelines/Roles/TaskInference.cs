namespace MLPipes.Pipelines;

/// <summary>Finds out from the label what is to be predicted.</summary>
internal static class TaskInference
{
    /// <summary>Whole numbers with up to this many different values are taken for classes, where rows are many.</summary>
    private const int MostNumberClasses = 20;

    private const int RowsPerNumberClass = 10;

    /// <summary>The task, and a doubt to tell the user of; both null where the column can't be a label.</summary>
    public static (MLTask? Task, string? Doubt) Of(ColumnProfile label)
    {
        if (label.Distinct < 2) return (null, null);
        switch (label.Kind)
        {
            case ColumnKind.Boolean:
                return (MLTask.Binary, null);
            case ColumnKind.Category or ColumnKind.Text:
                return (label.Distinct == 2 ? MLTask.Binary : MLTask.Multiclass, null);
            case ColumnKind.Number or ColumnKind.Integer:
                if (label.Distinct == 2) return (MLTask.Binary, null);
                int known = label.Rows - label.Missing;
                if (!label.IsWhole || label.Distinct > MostNumberClasses) return (MLTask.Regression, null);
                return known < label.Distinct * RowsPerNumberClass
                    ? (MLTask.Regression, $"'{label.Name}' has {label.Distinct} different whole numbers in only {known} rows and was taken as a quantity; choose the multiclass task if they are classes.")
                    : (MLTask.Multiclass, $"'{label.Name}' has {label.Distinct} different whole numbers and was taken as classes; choose the regression task if they are quantities.");
            default:
                return (null, null);
        }
    }

    /// <summary>Refuses a label that can't be learned, or not as <paramref name="asked"/>.</summary>
    /// <exception cref="TableException">The label is missing everywhere, has one value, or does not fit the task.</exception>
    public static MLTask Checked(ColumnProfile label, MLTask? asked, string? source)
    {
        int known = label.Rows - label.Missing;
        if (label.Rows == 0) throw Refuse("no rows", "rows to learn from");
        if (known == 0) throw Refuse("no value in any row", "a label to learn");
        if (label.Distinct < 2)
            throw Refuse($"the same label '{label.TopValues[0].Value}' in {(label.Missing == 0 ? "" : "all ")}{known} rows{(label.Missing == 0 ? "" : " that have one")}", "at least two classes or different numbers",
                "There is nothing to learn from one class.");
        bool numeric = label.Kind is ColumnKind.Number or ColumnKind.Integer or ColumnKind.Boolean;
        MLTask? task = asked ?? Of(label).Task;
        switch (task)
        {
            case null:
                throw Refuse($"a {label.Kind} column", "classes or numbers to predict", "Choose another label.");
            case MLTask.Regression when !numeric:
                throw Refuse($"strings such as '{label.TopValues[0].Value}'", "numbers for a regression", "Choose a classification, or clean the column.");
            case MLTask.Binary when label.Distinct != 2:
                throw Refuse($"{label.Distinct} different labels", "two for a binary task", "Choose the multiclass task, or another label.");
            case MLTask.Multiclass or MLTask.Binary when label.Distinct > 50 && label.Distinct > known / 2:
                throw Refuse($"{label.Distinct} different labels in {known} rows", "classes that occur more than once",
                    numeric ? "Choose the regression task." : "Choose another label: this one names rows.");
            default:
                // Two classes asked for as many are learned as two: the scores mean the same.
                return task == MLTask.Multiclass && label.Distinct == 2 ? MLTask.Binary : task.Value;
        }

        TableException Refuse(string found, string expected, string? hint = null) =>
            new(label.Name, found: found, expected: expected, hint: hint, source: source);
    }
}
