using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>All that the trials of a study share: labelled rows, target, weights and splits. Made once.</summary>
internal sealed class StudyData
{
    // Work of one k-fold trial of boosted trees, roughly: 300 trees at 10 ns a cell and tree on one core.
    private const double SecondsPerCell = 300 * 1e-8;
    private const double TrialsWanted = 12;
    private const int MinRows = 4;
    private const int RowsForTenth = 3_000;

    private StudyData(Table table, Roles roles, Target target, float[]? weights, Metric metric)
    {
        Table = table;
        Roles = roles;
        Target = target;
        Weights = weights;
        Metric = metric;
        WordsPerRow = TextSize.WordsPerRow(table, roles);
        Features = [.. table.Columns.Select(c => c.Name).Where(n => roles.Of(n) is ColumnRole.Number or ColumnRole.Category or ColumnRole.Text or ColumnRole.Date)];
    }

    /// <summary>The rows that have a label.</summary>
    public Table Table { get; }

    public Roles Roles { get; }

    public Target Target { get; }

    /// <summary>[rows]; null for equal weights.</summary>
    public float[]? Weights { get; }

    public Metric Metric { get; }

    /// <summary>Columns that are learned from.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>Mean words of a row in all text columns together; 0 without text columns.</summary>
    public double WordsPerRow { get; }

    /// <summary>Whether the text columns say more than all others can.</summary>
    public bool IsMostlyText => WordsPerRow >= 3 * Features.Count(name => Roles.Of(name) != ColumnRole.Text) && WordsPerRow > 0;

    /// <summary>Rows to fit on and rows to judge by; trials use the first <see cref="SearchSplits"/> of them.</summary>
    public required IReadOnlyList<Split> Splits { get; init; }

    /// <summary>Splits per trial: all of them, or one where the first is a hold-out and the others serve to strengthen the winners.</summary>
    public required int SearchSplits { get; init; }

    /// <summary>
    /// Whether predictions of rows by parts of a model that did not see them may stand for those of folds: every row is judged, and folds are
    /// drawn at random, not by a column that says what belongs together.
    /// </summary>
    public bool AllowsOutOfBag => SearchSplits > 1 && ScoredRows.Length == Target.Count && !Roles.With(ColumnRole.Group).Any() && !Roles.With(ColumnRole.Fold).Any();

    /// <summary>Whether every row is judged, by rows enough that a second layer may learn from the first one's predictions.</summary>
    public bool AllowsStacking => SearchSplits > 1 && ScoredRows.Length == Target.Count && Target.Count >= StackingTuner.MinRows;

    /// <summary>Rows that some trial split judges by, ascending; out-of-fold predictions are of these rows.</summary>
    public required int[] ScoredRows { get; init; }

    /// <summary>The target of <see cref="ScoredRows"/>.</summary>
    public required Target ScoredTarget { get; init; }

    /// <summary>The weights of <see cref="ScoredRows"/>; empty for equal weights.</summary>
    public required float[] ScoredWeights { get; init; }

    /// <summary>What the user should know about the rows; one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Values per prediction.</summary>
    public int Outputs => Target.Task == MLTask.Multiclass ? Target.Classes.Count : 1;

    /// <summary>The size by which search spaces and costs are chosen: one feature a column, before any is expanded.</summary>
    public DataShape Shape => ShapeOf(Table, Target, Roles, WordsPerRow);

    /// <summary>Reads the options' table; refuses one that nothing can be learned from.</summary>
    /// <exception cref="StudyException">No label, no rows, one class, or no columns.</exception>
    public static StudyData From(StudyOptions options)
    {
        string label = options.Roles.Label ?? throw new StudyException("No column has the role label. Name the column to predict, for example --label price.");
        Column column = options.Data[label];
        List<string> warnings = [];
        (Table table, Column labels) = WithLabel(options.Data, column, warnings);
        if (table.RowCount < MinRows) throw new StudyException($"{table.RowCount} rows have a value in '{label}', at least {MinRows} are needed to learn and to judge.");

        MLTask task = options.Task ?? TaskOf(labels);
        if (Target.ClassesOf(labels).Count < 2)
            throw new StudyException($"Every row has the same value in '{label}': {labels.TextAt(0)}. There is nothing to tell apart; choose another label.");
        Target target = options.LabelKeys is { } keys && task != MLTask.Regression
            ? Target.From(labels, task, [.. keys.Intersect(Target.ClassesOf(labels))])
            : Target.From(labels, task);
        float[]? weights = WeightsOf(table, options.Roles);
        Metric metric = options.Metric is { } key ? Metric.Find(key, task) : Metric.Default(task);

        IReadOnlyList<Split> splits;
        int searchSplits;
        try
        {
            (splits, searchSplits) = Divide(table, target, options);
            searchSplits = Math.Min(searchSplits, splits.Count);
        }
        catch (TableException error)
        {
            throw new StudyException($"The rows can't be divided into rows to learn from and rows to judge by: {error.Message}", error);
        }
        bool[] isScored = new bool[target.Count];
        foreach (Split split in splits.Take(searchSplits)) foreach (int row in split.Test) isScored[row] = true;
        int[] scored = [.. Enumerable.Range(0, target.Count).Where(row => isScored[row])];
        StudyData data = new(table, options.Roles, target, weights, metric)
        {
            Splits = splits,
            SearchSplits = searchSplits,
            ScoredRows = scored,
            ScoredTarget = target.Take(scored),
            ScoredWeights = weights is null ? [] : [.. scored.Select(row => weights[row])],
            Warnings = warnings,
        };
        if (data.Features.Count == 0)
            throw new StudyException("No column is left to learn from: every one is the label, an id, or ignored. Give some column the role number, category, text or date.");
        return data;
    }

    private static (Table Table, Column Labels) WithLabel(Table table, Column label, List<string> warnings)
    {
        List<int> labelled = [];
        for (int row = 0; row < table.RowCount; row++) if (!label.IsMissing(row)) labelled.Add(row);
        int missing = table.RowCount - labelled.Count;
        if (missing == 0) return (table, label);
        warnings.Add($"{missing} of {table.RowCount} rows have no value in '{label.Name}' and were left out.");
        Table kept = table.TakeRows([.. labelled]);
        return (kept, kept[label.Name]);
    }

    private static MLTask TaskOf(Column label)
    {
        int classes = Target.ClassesOf(label).Count;
        if (classes == 2) return MLTask.Binary;
        return label.Kind is ColumnKind.Number or ColumnKind.Integer && (classes > 20 || HasFractions(label)) ? MLTask.Regression : MLTask.Multiclass;
    }

    private static bool HasFractions(Column label)
    {
        if (label is not NumberColumn numbers) return false;
        foreach (float value in numbers.Values) if (value != MathF.Floor(value)) return true;
        return false;
    }

    private static float[]? WeightsOf(Table table, Roles roles)
    {
        if (roles.With(ColumnRole.Weight).FirstOrDefault() is not { } name) return null;
        Column column = table[name];
        float[] weights = new float[column.Count];
        double total = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            weights[row] = column switch
            {
                NumberColumn number => number.Values[row],
                IntegerColumn integer when !integer.IsMissing(row) => integer.Values[row],
                BooleanColumn boolean when !boolean.IsMissing(row) => boolean.Values[row],
                _ => float.NaN,
            };
            if (!float.IsFinite(weights[row]) || weights[row] < 0)
                throw new TableException(name, row + 1, column.TextAt(row) ?? "no weight", "a number of at least 0 in every row with a label");
            total += weights[row];
        }
        return total > 0 ? weights : throw new TableException(name, found: "0 in every row", expected: "a weight above 0 in some row");
    }

    private static DataShape ShapeOf(Table table, Target target, Roles roles, double wordsPerRow)
    {
        ColumnRole[] features = [.. table.Columns.Select(c => roles.Of(c.Name)).Where(r => r is ColumnRole.Number or ColumnRole.Category or ColumnRole.Text or ColumnRole.Date)];
        return new DataShape(target.Task, target.Count, Math.Max(1, features.Length), target.Classes.Count)
        {
            CategoricalFeatures = features.Count(r => r == ColumnRole.Category),
            Tokens = (long)(wordsPerRow * target.Count),
        };
    }

    /// <summary>Core seconds of one fit of the dearest trainer that takes all cores; 0 where there is none.</summary>
    private static double DearestFit(StudyOptions options, DataShape shape) =>
        Candidates.Serving(options, shape.Task).Where(t => t.Card.UsesAllCores && shape.Rows <= t.Card.MostRows).Select(t => new Candidate(t, shape).Cost.Flops / StudyLimits.FlopsPerCoreSecond).DefaultIfEmpty().Max();

    private static (IReadOnlyList<Split> Splits, int SearchSplits) Divide(Table table, Target target, StudyOptions options)
    {
        bool hasFolds = options.Roles.With(ColumnRole.Fold).Any();
        SplitOptions seeded = new() { Seed = options.Seed };
        IReadOnlyList<Split> Of(SplitOptions how) => MLPipes.Splits.Of(table, options.Roles, target, how);
        switch (options.Validation)
        {
            case Validation.HeldOut held: return (Of(seeded with { TestShare = held.Share }), hasFolds ? int.MaxValue : 1);
            case Validation.Folded folded: return (Of(seeded with { Folds = folded.Folds, Repeats = hasFolds ? 1 : folded.Repeats }), int.MaxValue);
        }
        int rows = target.Count;
        if (hasFolds) return (Of(seeded), int.MaxValue);
        // More classes take more trees each round, and fewer rounds.
        double words = TextSize.WordsPerRow(table, options.Roles);
        double seconds = rows * (table.Columns.Count + words) * (target.Task == MLTask.Multiclass ? Math.Max(1, Math.Pow(target.Classes.Count, 0.75) / 2) : 1) * SecondsPerCell;
        // Under a trial budget alone the choice may not depend on the machine: sixty seconds on two cores stand in.
        double coreSeconds = options.Time is { } time ? time.TotalSeconds * options.Threads : options.Trials is null ? 60 * options.Threads : 120;
        // One fit that is dear is worth more than several cut short: it gets one part of the rows to be judged by, and most of the time.
        // Where a tenth of the rows can tell models apart, it learns from all others.
        if (DearestFit(options, ShapeOf(table, target, options.Roles, words)) * Math.Min(5, rows / 2) > coreSeconds / 2)
            return (Of(seeded with { Folds = rows < RowsForTenth ? Math.Min(5, rows / 2) : 10 }), 1);
        return (rows, coreSeconds / TrialsWanted / seconds) switch
        {
            ( < 300, > 50) => (Of(seeded with { Folds = Math.Min(5, rows / 2), Repeats = 3 }), int.MaxValue),
            ( < 2_000, > 10) => (Of(seeded with { Folds = Math.Min(8, rows / 2) }), int.MaxValue),
            ( < 1_000_000, > 2.5) => (Of(seeded with { Folds = Math.Min(5, rows / 2) }), int.MaxValue),
            ( < 1_000_000, > 1.5) => (Of(seeded with { Folds = 3 }), int.MaxValue),
            ( < 25_000, _) => (Of(seeded with { Folds = 5 }), 1),
            _ => (Of(seeded with { Folds = 10 }), 1),
        };
    }
}
