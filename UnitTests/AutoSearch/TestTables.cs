using MLPipes.Pipelines;

namespace MLPipes.Tests;

/// <summary>Hand-made tables of numbers with a label that depends on them.</summary>
internal static class TestTables
{
    public static StudyOptions Options(Table table, int trials) => new()
    {
        Data = table,
        Roles = RolesOf(table),
        Trials = trials,
        Threads = 2,
        Trainers = [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<DescentTrainer>()],
    };

    public static Roles RolesOf(Table table) => new()
    {
        ByColumn = table.Columns.ToDictionary(c => c.Name, c => c.Name switch
        {
            "label" => ColumnRole.Label,
            "weight" => ColumnRole.Weight,
            "group" => ColumnRole.Group,
            _ => c.Kind == ColumnKind.Category ? ColumnRole.Category : ColumnRole.Number,
        }),
    };

    /// <summary>Class 1 where a linear function of x, with noise, is above 0.</summary>
    public static Table Binary(int rows, int seed = 7, double positiveShare = 0.5)
    {
        (float[][] x, double[] score) = Draw(rows, seed);
        double[] sorted = [.. score.Order()];
        double cut = sorted[(int)((rows - 1) * (1 - positiveShare))];
        return new Table([.. Inputs(x), Labels(score.Select(s => s > cut ? "yes" : "no"))]);
    }

    public static Table Multiclass(int rows, int seed = 7)
    {
        (float[][] x, double[] score) = Draw(rows, seed);
        return new Table([.. Inputs(x), Labels(score.Select(s => s < -0.7 ? "low" : s < 0.7 ? "mid" : "high"))]);
    }

    public static Table Regression(int rows, int seed = 7)
    {
        (float[][] x, double[] score) = Draw(rows, seed);
        return new Table([.. Inputs(x), new NumberColumn("label", [.. score.Select(s => (float)((3 * s) + 10))])]);
    }

    public static CategoryColumn Labels(IEnumerable<string?> values)
    {
        string?[] texts = [.. values];
        string[] names = [.. texts.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return new CategoryColumn("label", [.. texts.Select(t => t is null ? -1 : Array.IndexOf(names, t))], names);
    }

    public static Table With(this Table table, Column column) => new(table.Columns.Where(c => c.Name != column.Name).Append(column));

    private static (float[][] X, double[] Score) Draw(int rows, int seed)
    {
        Random random = new(seed);
        float[][] x = [new float[rows], new float[rows], new float[rows]];
        double[] score = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            foreach (float[] column in x) column[i] = (float)((random.NextDouble() * 4) - 2);
            score[i] = x[0][i] - (0.5 * x[1][i]) + (0.4 * (random.NextDouble() - 0.5));
        }
        return (x, score);
    }

    private static IEnumerable<Column> Inputs(float[][] x) => x.Select((values, i) => new NumberColumn($"x{i}", values));
}
