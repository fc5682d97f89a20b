using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>A label column as trainers see it: a class index or a number per row.</summary>
/// <remarks>
/// Classes are in ordinal order, except that a binary label's positive class stands last (index 1): the class whose name is a
/// usual word for yes (true, yes, y, t, 1, positive), else the rarer one, else the later in ordinal order.
/// </remarks>
public sealed class Target
{
    private static readonly HashSet<string> yesWords = new(StringComparer.OrdinalIgnoreCase) { "true", "yes", "y", "t", "1", "positive", "pos" };

    private readonly float[] values;

    /// <summary>A target whose values are known: class indices for a classification, numbers for a regression.</summary>
    public Target(string column, MLTask task, float[] values, IReadOnlyList<string> classes)
    {
        Column = column;
        Task = task;
        this.values = values;
        Classes = classes;
    }

    /// <summary>The label's column name.</summary>
    public string Column { get; }

    /// <summary>What is predicted.</summary>
    public MLTask Task { get; }

    /// <summary>[rows]: class index from 0, or the number.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>Number of rows.</summary>
    public int Count => values.Length;

    /// <summary>Class names by index; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The target of <paramref name="column"/>; rows without a label must have been dropped.</summary>
    /// <exception cref="TableException">A label is missing, not a number, or the classes do not fit the task.</exception>
    public static Target From(Column column, MLTask task) =>
        task == MLTask.Regression ? FromNumbers(column) : FromClasses(column, task, ClassesOf(column));

    /// <summary>The target of <paramref name="column"/> under classes learned before; a label outside them is an error.</summary>
    public static Target From(Column column, MLTask task, IReadOnlyList<string> classes) =>
        task == MLTask.Regression ? FromNumbers(column) : FromClasses(column, task, classes);

    /// <summary>The same target with only <paramref name="rows"/> (indices from 0).</summary>
    public Target Take(ReadOnlySpan<int> rows) => new(Column, Task, Columns.Gather(values, rows), Classes);

    /// <summary>The distinct labels of <paramref name="column"/> in class order.</summary>
    public static IReadOnlyList<string> ClassesOf(Column column)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        if (column is CategoryColumn category)
        {
            int[] perCode = new int[category.Categories.Count];
            foreach (int code in category.Codes) if (code >= 0) perCode[code]++;
            for (int i = 0; i < perCode.Length; i++) if (perCode[i] > 0) counts[category.Categories[i]] = perCode[i];
        }
        else
        {
            for (int row = 0; row < column.Count; row++)
                if (column.TextAt(row) is { } text) counts[text] = counts.GetValueOrDefault(text) + 1;
        }
        string[] names = [.. counts.Keys];
        if (column.Kind is ColumnKind.Number or ColumnKind.Integer)
            Array.Sort(names, (a, b) => double.Parse(a, CultureInfo.InvariantCulture).CompareTo(double.Parse(b, CultureInfo.InvariantCulture)));
        else
            Array.Sort(names, StringComparer.Ordinal);
        if (names.Length == 2 && IsPositive(names[0], names[1], counts)) Array.Reverse(names);
        return names;
    }

    private static bool IsPositive(string first, string second, Dictionary<string, int> counts)
    {
        bool firstIsYes = yesWords.Contains(first), secondIsYes = yesWords.Contains(second);
        return firstIsYes != secondIsYes ? firstIsYes : counts[first] < counts[second];
    }

    private static Target FromClasses(Column column, MLTask task, IReadOnlyList<string> classes)
    {
        if (task == MLTask.Binary && classes.Count != 2)
            throw new TableException(column.Name, found: $"{classes.Count} classes", expected: "two classes for a binary task");
        Dictionary<string, int> index = new(StringComparer.Ordinal);
        for (int i = 0; i < classes.Count; i++) index[classes[i]] = i;
        float[] values = new float[column.Count];
        for (int row = 0; row < values.Length; row++)
        {
            string text = column.TextAt(row) ?? throw Missing(column, row);
            if (!index.TryGetValue(text, out int at))
                throw new TableException(column.Name, row + 1, $"the label '{text}'", $"one of {string.Join(", ", classes.Take(10))}");
            values[row] = at;
        }
        return new Target(column.Name, task, values, classes);
    }

    private static Target FromNumbers(Column column)
    {
        float[] values = new float[column.Count];
        for (int row = 0; row < values.Length; row++)
        {
            if (column.IsMissing(row)) throw Missing(column, row);
            values[row] = column switch
            {
                NumberColumn number => number.Values[row],
                IntegerColumn integer => integer.Values[row],
                BooleanColumn boolean => boolean.Values[row],
                _ => throw new TableException(column.Name, found: $"a {column.Kind} column", expected: "numbers for a regression",
                    hint: "Choose another task, or give the column a numeric type."),
            };
        }
        return new Target(column.Name, MLTask.Regression, values, []);
    }

    private static TableException Missing(Column column, int row) =>
        new(column.Name, row + 1, "no label", "a label in every row", "Drop rows without a label first.");
}
