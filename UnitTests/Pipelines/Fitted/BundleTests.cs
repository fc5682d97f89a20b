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

    [TestMethod]
    public void Saving_replaces_a_file_wholly_and_leaves_nothing_beside_it()
    {
        string folder = Directory.CreateTempSubdirectory("mlpipes").FullName;
        string path = Path.Combine(folder, "new", "model.zip");

        Fixtures.Linear(MLTask.Binary).Save(path);
        Fixtures.Linear(MLTask.Regression).Save(path);

        Assert.AreEqual(MLTask.Regression, FittedPipeline.Load(path).Schema.Task);
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void A_save_that_fails_says_why_and_leaves_the_old_file()
    {
        string folder = Directory.CreateTempSubdirectory("mlpipes").FullName;
        string path = Path.Combine(folder, "model.zip");
        File.WriteAllText(path, "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);

        BundleException readOnly = Assert.ThrowsExactly<BundleException>(() => Fixtures.Linear(MLTask.Binary).Save(path));
        BundleException isFolder = Assert.ThrowsExactly<BundleException>(() => Fixtures.Linear(MLTask.Binary).Save(folder));
        BundleException behindFile = Assert.ThrowsExactly<BundleException>(() => Fixtures.Linear(MLTask.Binary).Save(Path.Combine(path, "x.zip")));

        StringAssert.Contains(readOnly.Message, "read-only");
        StringAssert.Contains(isFolder.Message, "this is a folder");
        StringAssert.Contains(behindFile.Message, "can't be written");
        Assert.AreEqual("old", File.ReadAllText(path));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder));
        File.SetAttributes(path, FileAttributes.Normal);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void A_file_that_is_not_there_or_no_model_is_told()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "age,city\n3,Bern\n");

        StringAssert.Contains(Assert.ThrowsExactly<BundleException>(() => FittedPipeline.Load(path)).Message, path);
        StringAssert.Contains(Assert.ThrowsExactly<BundleException>(() => FittedPipeline.Load(path + ".none")).Message, "no such file");
        Assert.ThrowsExactly<BundleException>(() => FittedPipeline.Load(Path.GetTempPath()));
        File.Delete(path);
    }

    [TestMethod]
    public void A_stream_that_can_not_seek_is_loaded_too()
    {
        RoundTrip(Fixtures.Linear(MLTask.Multiclass, 2), out byte[] bytes);

        using Stream stream = new System.IO.Compression.GZipStream(new MemoryStream(Packed(bytes)), System.IO.Compression.CompressionMode.Decompress);

        Assert.AreEqual(2, FittedPipeline.Load(stream).Members.Count);

        static byte[] Packed(byte[] bytes)
        {
            using MemoryStream packed = new();
            using (System.IO.Compression.GZipStream gzip = new(packed, System.IO.Compression.CompressionMode.Compress)) gzip.Write(bytes);
            return packed.ToArray();
        }
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
