namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class BundleTests
{
    [TestMethod]
    [DataRow(MLTask.Binary, 1)]
    [DataRow(MLTask.Multiclass, 2)]
    [DataRow(MLTask.Regression, 2)]
    public void A_loaded_pipeline_predicts_what_the_saved_one_did(MLTask task, int members)
    {
        FittedPipeline saved = Fixtures.Linear(task, members);
        Table table = Fixtures.Rows(task);

        FittedPipeline loaded = RoundTrip(saved, out byte[] bytes);

        CollectionAssert.AreEqual(saved.Predict(table).Values, loaded.Predict(table).Values);
        CollectionAssert.AreEqual(saved.Schema.Classes.ToArray(), loaded.Schema.Classes.ToArray());
        Assert.AreEqual(saved.Manifest.Created, loaded.Manifest.Created);
        Assert.AreEqual(0.9, loaded.Manifest.Metrics["auc"]);
        RoundTrip(loaded, out byte[] again);
        CollectionAssert.AreEqual(bytes, again);
    }

    internal static FittedPipeline RoundTrip(FittedPipeline pipeline, out byte[] bytes)
    {
        using MemoryStream stream = new();
        pipeline.Save(stream);
        bytes = stream.ToArray();
        stream.Position = 0;
        return FittedPipeline.Load(stream);
    }
}
