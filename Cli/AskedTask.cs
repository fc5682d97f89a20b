using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary>What <c>--task</c> asks for: what is predicted, and what that says about the columns.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Task">What is predicted; null where the label decides.</param>
internal sealed record AskedTask(string Name, MLTask? Task)
{
    private const int PairColumns = 2;

    /// <summary>Classes of texts.</summary>
    public static AskedTask TextClassification { get; } = new("text-classification", null);

    /// <summary>How near two texts are to each other, as a number.</summary>
    public static AskedTask Similarity { get; } = new("similarity", MLTask.Regression);

    /// <summary>All of them, in the order in which help and errors name them.</summary>
    public static IReadOnlyList<AskedTask> All { get; } =
    [
        new("auto", null), new("binary", MLTask.Binary), new("multiclass", MLTask.Multiclass), new("regression", MLTask.Regression),
        TextClassification, Similarity,
    ];

    /// <summary>Whether string columns are text whatever they look like.</summary>
    private bool ReadsText => this == TextClassification || this == Similarity;

    /// <summary>The names, for people.</summary>
    public static string Names => $"{string.Join(", ", All.SkipLast(1).Select(t => t.Name))} or {All[^1].Name}";

    /// <summary><paramref name="options"/> with what the task says about the columns of <paramref name="table"/>.</summary>
    /// <exception cref="OptionsException">The task asks for text, and the columns hold none, or not two texts for a similarity.</exception>
    public RoleOptions Apply(RoleOptions options, Table table)
    {
        if (!ReadsText) return options with { Task = Task };
        HashSet<string> taken = [.. options.Ignore.Append(options.Label!), .. new[] { options.Weight, options.Group, options.Fold }.OfType<string>()];
        string[] texts = [.. table.Columns.Where(c => c.Kind is ColumnKind.Text or ColumnKind.Category && !taken.Contains(c.Name)).Select(c => c.Name)];
        if (texts.Length == 0) throw new OptionsException($"--task {Name}", [$"no column beside '{options.Label}' holds strings; columns are {string.Join(", ", table.Columns.Take(12).Select(c => $"{c.Name} ({c.Kind})"))}."]);
        if (this == Similarity && texts.Length != PairColumns)
            throw new OptionsException($"--task {Name}", [$"{texts.Length} column{(texts.Length == 1 ? " holds" : "s hold")} strings ({string.Join(", ", texts)}), {PairColumns} are compared; leave others out with --ignore."]);
        // Numbers are classes here even where there are many of them; two classes asked for as several are learned as two.
        return options with { Task = Task ?? MLTask.Multiclass, Roles = texts.ToDictionary(name => name, _ => ColumnRole.Text) };
    }
}
