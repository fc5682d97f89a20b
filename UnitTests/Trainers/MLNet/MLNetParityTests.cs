using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>What a trainer takes over from ML.NET scores as ML.NET's own model does (Microsoft.ML 5.0.1).</summary>
[TestClass]
public sealed class MLNetParityTests
{
    public static IEnumerable<object[]> Cases()
    {
        foreach (TrainerEntry entry in Catalog.Trainers.Where(t => typeof(IMLNetTrainer).IsAssignableFrom(t.Type)))
            foreach (MLTask task in entry.Card.Tasks)
                foreach (bool sparse in (bool[])[false, true])
                    yield return [entry.Card.Key, task, sparse];
    }

    [TestMethod, DynamicData(nameof(Cases))]
    public void Scores_equal_those_of_ml_net(string key, MLTask task, bool sparse)
    {
        TrainingSet data = Synthetic.Of(task, 500, sparse: sparse, weighted: true);
        IMLNetTrainer trainer = (IMLNetTrainer)Catalog.Trainer(key)!.Space(data.Shape).Start;
        MLContext ml = new(seed: 3);
        FeatureView view = trainer.View(data, CancellationToken.None);

        FitContext context = new() { Seed = 3, Threads = 2 };
        ITransformer fitted = MLNetFit.Train(trainer, ml, view, context);
        IModel model = trainer.Convert(fitted, view, context);

        IDataView scored = fitted.Transform(FeatureView.Same(view));
        float[] ours = model.ScoreAll(data.Features), predictions = model.PredictAll(data.Features);
        if (task == MLTask.Multiclass)
        {
            AssertClose([.. scored.GetColumn<float[]>("Score").SelectMany(s => s)], predictions);
            return;
        }
        float[] scores = [.. scored.GetColumn<float>("Score")];
        if (view.Form == LabelForm.Boolean)
        {
            AssertClose(scores, ours);
            if (model.Link is not null) AssertClose([.. scored.GetColumn<float>("Probability")], predictions);
            else Assert.IsNull(scored.Schema.GetColumnOrNull("Probability"));
        }
        else
        {
            AssertClose([.. scores.Select(s => (float)((s * view.LabelScale) + view.LabelShift))], predictions);
        }
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])), $"row {i}");
    }
}
