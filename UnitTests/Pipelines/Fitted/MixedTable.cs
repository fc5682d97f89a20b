using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

/// <summary>A table with every kind of column, and pipelines over all of them with fixed weights.</summary>
internal static class MixedTable
{
    private static readonly string[] cities = ["Bern", "Genf", "Zug"];
    private static readonly string[] codes = ["007", "12", "3.5"];
    private static readonly string[] answers = ["no", "yes"];

    public static readonly IReadOnlyDictionary<string, ColumnRole> Roles = new Dictionary<string, ColumnRole>
    {
        ["age"] = ColumnRole.Number, ["account"] = ColumnRole.Number, ["member"] = ColumnRole.Category, ["city"] = ColumnRole.Category,
        ["code"] = ColumnRole.Category, ["answer"] = ColumnRole.Category, ["joined"] = ColumnRole.Date, ["v"] = ColumnRole.Number, ["label"] = ColumnRole.Label,
    };

    public static Table Rows(int rows = 60, int seed = 5)
    {
        Random random = new(seed);
        float[] age = new float[rows], v = new float[rows * 2];
        long[] account = new long[rows], joined = new long[rows];
        byte[] member = new byte[rows];
        int[] city = new int[rows], code = new int[rows], answer = new int[rows], label = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            age[i] = i % 11 == 5 ? float.NaN : random.Next(18, 80);
            account[i] = 20_000_000 + random.Next(1_000_000);
            member[i] = (byte)random.Next(3);
            city[i] = random.Next(4) - 1;
            code[i] = random.Next(3);
            answer[i] = random.Next(2);
            joined[i] = new DateTime(2020, 1, 1).AddDays(random.Next(1000)).Ticks;
            v[2 * i] = (float)random.NextDouble();
            v[(2 * i) + 1] = (float)random.NextDouble();
            label[i] = random.Next(2);
        }
        return new Table([
            new NumberColumn("age", age), new IntegerColumn("account", account), new BooleanColumn("member", member),
            new CategoryColumn("city", city, cities), new CategoryColumn("code", code, codes), new CategoryColumn("answer", answer, answers),
            new DateColumn("joined", joined), new VectorColumn("v", v, 2), new CategoryColumn("label", label, ["stay", "leave"])]);
    }

    public static FittedPipeline Pipeline()
    {
        Table table = Rows();
        Target target = Target.From(table["label"], MLTask.Binary);
        Roles roles = new() { ByColumn = Roles };
        FittedFeatures features = FeaturePlan.For(table, roles, Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense)
            .Fit(table, new FeaturizerContext { Target = target }).Features;
        float[] weights = [.. Enumerable.Range(0, features.Features.Count).Select(i => 0.3f - (0.07f * i))];
        PipelineMember member = new(features, new LinearModel(weights, [0.1f], new LogisticLink()));
        return new FittedPipeline(PipelineSchema.For(table, roles, target), [member], Fixtures.Manifest(MLTask.Binary));
    }
}
