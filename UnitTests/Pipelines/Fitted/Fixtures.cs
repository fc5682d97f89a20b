using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

/// <summary>Small tables and pipelines to break.</summary>
internal static class Fixtures
{
    public static readonly DateTimeOffset Created = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Two numbers a and b (b missing in every 5th row), a boolean c; label per task.</summary>
    public static Table Rows(MLTask task, int rows = 40, int seed = 3)
    {
        Random random = new(seed);
        float[] a = new float[rows], b = new float[rows], y = new float[rows];
        byte[] c = new byte[rows];
        for (int i = 0; i < rows; i++)
        {
            a[i] = (float)random.NextDouble();
            b[i] = i % 5 == 4 ? float.NaN : (float)random.NextDouble() * 10;
            c[i] = (byte)random.Next(2);
            y[i] = task == MLTask.Regression ? a[i] * 3 : task == MLTask.Binary ? (a[i] > 0.5 ? 1 : 0) : (int)(a[i] * 2.99f);
        }
        Column label = task == MLTask.Regression
            ? new NumberColumn("y", y)
            : new CategoryColumn("y", Array.ConvertAll(y, v => (int)v), task == MLTask.Binary ? ["no", "yes"] : ["blue", "green", "red"]);
        return new Table([new NumberColumn("a", a), new NumberColumn("b", b), new BooleanColumn("c", c), label]);
    }

    public static Roles RolesOf(Table table) => new()
    {
        ByColumn = table.Columns.ToDictionary(column => column.Name, column => column.Name == "y" ? ColumnRole.Label : ColumnRole.Number),
    };

    public static PipelineManifest Manifest(MLTask task) => new() { Created = Created, Task = task, Trainer = "test", Metrics = new Dictionary<string, double> { ["auc"] = 0.9, ["odd"] = double.NaN } };

    /// <summary>A linear model over a (and c for the second member); b is read by no member.</summary>
    public static FittedPipeline Linear(MLTask task, int members = 1)
    {
        Table table = Rows(task);
        PipelineSchema schema = PipelineSchema.For(table, RolesOf(table), Target.From(table["y"], task));
        return new FittedPipeline(schema, [.. Enumerable.Range(0, members).Select(m => Member(table, schema, m))], Manifest(task));
    }

    private static PipelineMember Member(Table table, PipelineSchema schema, int number)
    {
        string[] inputs = number == 0 ? ["a"] : ["a", "c"];
        FittedFeatures features = new([new FeatureStep(inputs, PassThroughTransform.Of([.. inputs.Select(n => table[n])]))], isSparse: false);
        int outputs = schema.Task == MLTask.Multiclass ? schema.Classes.Count : 1;
        float[] weights = [.. Enumerable.Range(0, outputs * inputs.Length).Select(i => 1.5f + (0.25f * i) - number)];
        float[] biases = [.. Enumerable.Range(0, outputs).Select(i => 0.1f * i - 0.5f)];
        ILink? link = schema.Task switch { MLTask.Binary => new LogisticLink(), MLTask.Multiclass => new SoftmaxLink(), _ => null };
        return new PipelineMember(features, new LinearModel(weights, biases, link), 1 + number);
    }
}
