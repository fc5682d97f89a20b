using System.Diagnostics;
using System.Text.Json;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass, NeedsShared]
public sealed class SharedDataTests
{
    [TestMethod, TestCategory("Slow"), DataRow("adult"), DataRow("titanic"), DataRow("telco_churn"), DataRow("taxi_fare"), DataRow("sst2"), DataRow("ag_news"), DataRow("chnsenticorp_hotel"), DataRow("bike_sharing_hour")]
    public void Real_tables_are_featurized_for_every_kind_of_trainer(string set)
    {
        using JsonDocument meta = JsonDocument.Parse(File.ReadAllText(SharedFolder.Data(set, "meta.json")));
        string label = meta.RootElement.GetProperty("label").GetString()!;
        Table train = Table.ReadCsv(SharedFolder.Data(set, "train.csv.gz")), test = Table.ReadCsv(SharedFolder.Data(set, "test.csv.gz"));
        TableProfile profile = TableProfile.Of(train, label);
        Target target = Target.From(train[label], profile.Task!.Value);

        foreach (Needs needs in new[] { Needs.None, FeaturePlanTests.Linear, FeaturePlanTests.Linear | Needs.Dense })
        {
            Stopwatch clock = Stopwatch.StartNew();
            FeaturizedTraining fit = FeaturePlan.For(train, profile.Roles, needs).Fit(train, new FeaturizerContext { Target = target, Threads = 2 });
            TimeSpan fitting = clock.Elapsed;
            FeatureMatrix matrix = fit.Features.Transform(test, 2);

            Console.WriteLine($"{set} {needs}: {train.RowCount} rows, {fit.Matrix.Width} features{(fit.Matrix.IsSparse ? $", sparse {fit.Matrix.StoredValues / (double)train.RowCount:0} a row" : "")}, fit {fitting.TotalSeconds:0.00} s, transform {(clock.Elapsed - fitting).TotalSeconds:0.00} s");
            foreach (string note in fit.Notes) Console.WriteLine($"  {note}");
            Assert.AreEqual(test.RowCount, matrix.Rows);
            Assert.IsFalse(matrix.Values.ToArray().Any(v => float.IsInfinity(v) || (needs.HasFlag(Needs.NoMissing) && float.IsNaN(v))));
            Assert.IsTrue(needs.HasFlag(Needs.Dense) ? matrix.Width < 2000 : matrix.Width < 100_000);
        }
    }
}
