using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class CompositionTests
{
    private static readonly FitContext context = new() { Seed = 5, Threads = 2 };

    [TestMethod]
    public void One_versus_all_gives_probabilities_that_sum_to_one_and_learns()
    {
        TrainingSet data = Synthetic.Multiclass(800);

        IModel model = new OneVersusAll(new LbfgsLogisticRegression()).FitChecked(data, context);

        float[] p = model.PredictAll(data.Features);
        for (int row = 0; row < data.Rows; row++) Assert.AreEqual(1, p.AsSpan(row * 3, 3).ToArray().Sum(), 1e-5);
        Assert.IsGreaterThan(0.8, Synthetic.Accuracy(model, data));
    }

    [TestMethod]
    public void One_versus_all_does_not_depend_on_threads()
    {
        TrainingSet data = Synthetic.Multiclass(300, classes: 5);
        OneVersusAll trainer = new(new SdcaLogisticRegression());

        float[] one = trainer.FitChecked(data, context with { Threads = 1 }).PredictAll(data.Features);
        float[] many = trainer.FitChecked(data, context with { Threads = 4 }).PredictAll(data.Features);

        CollectionAssert.AreEqual(one, many);
    }

    [TestMethod]
    public void One_versus_all_passes_validation_rows_on_class_by_class()
    {
        TrainingSet data = Synthetic.Multiclass(400), validation = Synthetic.Multiclass(600).Take([.. Enumerable.Range(400, 200)]);
        OneVersusAll trainer = new(new FastTree { Trees = 150, LearningRate = 0.4 });

        OneVersusAllModel stopped = (OneVersusAllModel)trainer.FitChecked(data, context with { Validation = validation });

        foreach (IModel model in stopped.Models) Assert.IsLessThan(150, ((TreeEnsembleModel)model).Trees.Count);
    }

    [TestMethod]
    public void A_class_without_rows_gets_a_small_probability()
    {
        TrainingSet data = Synthetic.Multiclass(300);
        Target wider = new("y", MLTask.Multiclass, data.Labels.ToArray(), ["c0", "c1", "c2", "never"]);

        IModel model = new OneVersusAll(new LbfgsLogisticRegression()).FitChecked(data.With(wider), context);

        float[] p = model.PredictAll(data.Features);
        Assert.AreEqual(4, model.OutputCount);
        for (int row = 0; row < data.Rows; row++) Assert.IsTrue(p[(row * 4) + 3] is > 0 and < 0.01f);
    }

    [TestMethod]
    public void Bare_margins_are_refused_with_the_way_out()
    {
        TrainingException error = Assert.ThrowsExactly<TrainingException>(() =>
            new OneVersusAll(new AveragedPerceptron()).FitChecked(Synthetic.Multiclass(100), context));

        Assert.Contains("Calibrated", error.Message);
    }

    [TestMethod]
    public void One_class_alone_is_refused()
    {
        TrainingSet data = Synthetic.Multiclass(50);
        Target one = new("y", MLTask.Multiclass, new float[50], ["a", "b", "c"]);

        Assert.ThrowsExactly<TrainingException>(() => new OneVersusAll(new LbfgsLogisticRegression()).FitChecked(data.With(one), context));
    }

    [TestMethod]
    public void Every_catalog_trainer_serves_the_classifications_it_can_with_probabilities()
    {
        foreach (TrainerEntry entry in Catalog.Trainers.Where(t => !t.Card.IsBaseline && t.Card.Tasks.Contains(MLTask.Binary)))
            foreach (MLTask task in (MLTask[])[MLTask.Binary, MLTask.Multiclass])
            {
                TrainingSet data = Synthetic.Of(task, 200);
                ITrainer trainer = TrainerComposition.ForTask(entry.Space(TrainerComposition.ShapeFor(entry.Card, data.Shape)).Start, entry.Card, task)!;

                IModel model = trainer.FitChecked(data, context);

                Assert.IsNotNull(model.Link, entry.Card.Key);
                Assert.IsGreaterThan(0.7, Synthetic.Accuracy(model, data), $"{entry.Card.Key} {task}");
            }
    }

    [TestMethod]
    public void A_trainer_is_composed_by_what_its_card_says()
    {
        Assert.IsInstanceOfType<LbfgsLogisticRegression>(TrainerComposition.ForTask(Catalog.Trainer("lbfgs-logistic")!, MLTask.Binary));
        Assert.IsInstanceOfType<Calibrated>(TrainerComposition.ForTask(Catalog.Trainer("linear-svm")!, MLTask.Binary));
        OneVersusAll apart = Assert.IsInstanceOfType<OneVersusAll>(TrainerComposition.ForTask(Catalog.Trainer("linear-svm")!, MLTask.Multiclass));
        Assert.IsInstanceOfType<Calibrated>(apart.Inner);
        Assert.IsInstanceOfType<FastTree>(TrainerComposition.ForTask(Catalog.Trainer("fast-tree")!, MLTask.Regression));
        Assert.IsNull(TrainerComposition.ForTask(Catalog.Trainer("linear-svm")!, MLTask.Regression));
        Assert.IsNull(TrainerComposition.ForTask(Catalog.Trainer("sdca-linear")!, MLTask.Binary));
    }
}
