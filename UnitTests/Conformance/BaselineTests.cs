using System.Text.Json;
using MLPipes.Pipelines;

namespace MLPipes.Conformance.Tests;

/// <summary>Each trainer's start point scores on Statlog German Credit what it scored when its file was written.</summary>
/// <remarks>
/// Yardsticks on the same split (scikit-learn 1.2.1): HistGradientBoosting AUC 0.7705, logistic regression on one-hot columns 0.7729.
/// Run with MLPIPES_ACCEPT=1 to write new scores; the change is reviewed like code.
/// </remarks>
[TestClass]
public sealed class BaselineTests
{
    private const double Tolerance = 0.01;
    private static readonly string path = Path.Combine(SharedFolder.Repository, "UnitTests", "Conformance", "Baselines", "credit_g.json");
    private static readonly Lazy<(Table Train, Table Test, Roles Roles)> credit = new(Read);

    public static IEnumerable<object[]> Classifiers => Catalog.Trainers.Where(t => t.Card.Tasks.Contains(MLTask.Binary) && !t.Card.Needs.AreIds()).Select(t => new object[] { t });

    [TestMethod, DynamicData(nameof(Classifiers))]
    public void It_scores_as_recorded_on_credit_g(TrainerEntry trainer)
    {
        (Table train, Table test, Roles roles) = credit.Value;
        Target target = Target.From(train["class"], MLTask.Binary);
        FeaturizedTraining featurized = FeaturePlan.For(train, roles, trainer.Card.Needs)
            .Fit(train, new FeaturizerContext { Target = target, Needs = trainer.Card.Needs, Seed = 1 });
        TrainingSet set = new(featurized.Matrix, target);

        IModel model = trainer.Space(set.Shape).Start.FitChecked(set, TrainerCase.Context());
        float[] scores = model.PredictAll(featurized.Features.Transform(test));
        double auc = Math.Round(Metric.Find("auc").Evaluate(Target.From(test["class"], MLTask.Binary, target.Classes), Squashed(scores, model)), 4);

        Dictionary<string, double> recorded = Recorded();
        if (Environment.GetEnvironmentVariable("MLPIPES_ACCEPT") == "1") Record(trainer.Card.Key, auc);
        else Assert.AreEqual(recorded.TryGetValue(trainer.Card.Key, out double known) ? known : double.NaN, auc, Tolerance, $"{trainer} has no such record in {path}");
    }

    [TestMethod]
    public void Most_trainers_come_near_scikit_learn_at_their_start()
    {
        Dictionary<string, double> recorded = Recorded();

        int near = recorded.Values.Count(auc => auc > 0.75);

        Assert.IsGreaterThanOrEqualTo(recorded.Count / 2, near, string.Join(", ", recorded));
    }

    // Margins order rows as probabilities do; AUC asks for no more, but the metric takes probabilities only.
    private static float[] Squashed(float[] scores, IModel model)
    {
        if (model.Link is null) new LogisticLink().Apply(scores, 1);
        return scores;
    }

    private static (Table, Table, Roles) Read()
    {
        string folder = Path.Combine(SharedFolder.Repository, "Samples", "data", "credit_g");
        Table train = Table.ReadCsv(Path.Combine(folder, "train.csv.gz"));
        return (train, Table.ReadCsv(Path.Combine(folder, "test.csv.gz")), TableProfile.Of(train, "class").Roles);
    }

    private static Dictionary<string, double> Recorded() =>
        File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path))! : [];

    private static void Record(string key, double auc)
    {
        SortedDictionary<string, double> all = new(Recorded(), StringComparer.Ordinal) { [key] = auc };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(all, new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }
}
