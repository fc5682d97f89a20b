using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>A table that the portfolio is learned on: at most 4,000 rows, each part of the rows once or a few times in the parts to fit on, to weigh by and to judge by.</summary>
internal sealed class LearningSet
{
    private const int MostRows = 4_000;
    private const int FewRows = 1_500;

    private LearningSet(string name, Table table, Roles roles, Target target)
    {
        Name = name;
        Table = table;
        Roles = roles;
        Target = target;
        Parts = [.. Enumerable.Range(1, target.Count < FewRows ? 3 : 1).Select(seed => LearningPart.Of(target, seed))];
        WeighTruth = Truth(p => p.Weigh);
        JudgeTruth = Truth(p => p.Judge);
    }

    public string Name { get; }

    public Table Table { get; }

    public Roles Roles { get; }

    public Target Target { get; }

    public Metric Metric => Metric.Default(Target.Task);

    /// <summary>One division of the rows, or three where rows are few; predictions and labels of all stand behind one another.</summary>
    public IReadOnlyList<LearningPart> Parts { get; }

    /// <summary>Labels of the rows that ensembles are weighed by.</summary>
    public Target WeighTruth { get; }

    /// <summary>Labels of the rows that ensembles are judged by.</summary>
    public Target JudgeTruth { get; }

    /// <summary>Rows, columns, classes, share of columns with categories, share of missing cells: what likeness of data sets is measured by.</summary>
    public double[] MetaFeatures
    {
        get
        {
            string[] features = [.. Roles.Features];
            double missing = features.Average(name => Enumerable.Range(0, Table.RowCount).Count(Table[name].IsMissing) / (double)Table.RowCount);
            return [Math.Log(Table.RowCount), Math.Log(features.Length), Math.Log(1 + Target.Classes.Count), features.Count(n => Roles.Of(n) == ColumnRole.Category) / (double)features.Length, missing];
        }
    }

    /// <summary>The tables of a folder, by their training parts alone, and the generated ones.</summary>
    public static IEnumerable<LearningSet> All(string folder)
    {
        foreach (DataSet data in DataSet.In(folder)) yield return Of(data.Name, Table.ReadCsv(data.TrainPath), new RoleOptions { Label = data.Label, Ignore = data.Dropped });
        foreach (string name in SyntheticTables.All.Keys) yield return Of($"made-{name}", SyntheticTables.Make(name), new RoleOptions { Label = "label" });
    }

    private static LearningSet Of(string name, Table table, RoleOptions options)
    {
        TableProfile profile = TableProfile.Of(table, options);
        Column label = table[options.Label!];
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(row => !label.IsMissing(row))];
        new Random(1).Shuffle(rows);
        Table sample = table.TakeRows(rows.AsSpan(0, Math.Min(rows.Length, MostRows)));
        return new LearningSet(name, sample, profile.Roles, Target.From(sample[options.Label!], profile.TrainingTask()));
    }

    private Target Truth(Func<LearningPart, int[]> rows)
    {
        float[] values = [.. Parts.SelectMany(p => rows(p).Select(row => Target.Values[row]))];
        return new Target(Target.Column, Target.Task, values, Target.Classes);
    }
}

/// <summary>Rows to fit on, rows that stop fits early and weigh ensembles, and rows that judge.</summary>
internal sealed record LearningPart(int[] Fit, int[] Weigh, int[] Judge)
{
    public static LearningPart Of(Target target, int seed)
    {
        Split outer = Splits.HoldOut(target, 0.3, seed);
        Split inner = Splits.HoldOut(target.Take(outer.Train), 0.25, seed);
        return new LearningPart([.. inner.Train.Select(i => outer.Train[i])], [.. inner.Test.Select(i => outer.Train[i])], outer.Test);
    }
}
