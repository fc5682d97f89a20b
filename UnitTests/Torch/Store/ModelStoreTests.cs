using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class ModelStoreTests
{
    private const string Model = "org/small-model";

    private readonly ScratchFolder scratch = new();
    private readonly FakeHub hub = new();

    [TestCleanup]
    public void Clean()
    {
        hub.Dispose();
        scratch.Dispose();
    }

    private StoreSettings Settings => new()
    {
        HuggingFaceCache = Path.Combine(scratch.Path, "huggingface"),
        Cache = Path.Combine(scratch.Path, "own"),
        Endpoint = hub.Address,
        Silence = TimeSpan.FromSeconds(30),
    };

    private byte[] Serve(int bytes = 300_000)
    {
        byte[] weights = new byte[bytes];
        new Random(3).NextBytes(weights);
        hub.Add(Model, "config.json", "{}"u8.ToArray());
        hub.Add(Model, "vocab.txt", Encoding.UTF8.GetBytes("[PAD]\n中\n"));
        hub.Add(Model, "1_Pooling/config.json", "{\"pooling\":1}"u8.ToArray());
        hub.Add(Model, "pytorch_model.bin", new byte[1000]);
        hub.Add(Model, "model.safetensors", weights);
        return weights;
    }

    private string Resolve(StoreSettings? settings = null, CancellationToken cancel = default) => ModelStore.Resolve(Model, settings ?? Settings, null, cancel);

    private TorchException Refused(StoreSettings? settings = null) => Assert.ThrowsExactly<TorchException>(() => Resolve(settings));

    [TestMethod]
    public void A_model_is_fetched_once_with_the_files_it_needs()
    {
        byte[] weights = Serve();
        List<ModelDownload> told = [];

        string folder = ModelStore.Resolve(Model, Settings, new Told(told), CancellationToken.None);
        int asked = hub.Asked.Count;
        string again = Resolve();

        CollectionAssert.AreEqual(weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.IsTrue(File.Exists(Path.Combine(folder, "vocab.txt")) && File.Exists(Path.Combine(folder, "1_Pooling", "config.json")));
        Assert.IsFalse(File.Exists(Path.Combine(folder, "pytorch_model.bin")));
        Assert.IsEmpty(Directory.GetFiles(folder, "*.part", SearchOption.AllDirectories));
        Assert.AreEqual(folder, again);
        Assert.HasCount(asked, hub.Asked);
        Assert.AreEqual(told[^1].Total, told[^1].Done);
        Assert.IsTrue(told.Zip(told.Skip(1)).All(pair => pair.First.Done <= pair.Second.Done), "progress goes back");
    }

    [TestMethod]
    public void Shards_are_fetched_as_their_index_tells()
    {
        hub.Add(Model, "config.json", "{}"u8.ToArray());
        hub.Add(Model, ShardIndex.FileName, """{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}"""u8.ToArray());
        foreach (string shard in (string[])["model-1.safetensors", "model-2.safetensors", "model-3.safetensors"]) hub.Add(Model, shard, [1, 2, 3]);

        string folder = Resolve();

        Assert.IsTrue(File.Exists(Path.Combine(folder, "model-2.safetensors")));
        Assert.IsFalse(File.Exists(Path.Combine(folder, "model-3.safetensors")));
    }

    [TestMethod]
    public void An_index_that_points_elsewhere_is_refused()
    {
        hub.Add(Model, "config.json", "{}"u8.ToArray());
        hub.Add(Model, ShardIndex.FileName, """{"weight_map":{"a":"../../../x.safetensors"}}"""u8.ToArray());

        StringAssert.Contains(Refused().Message, "plain name");
        Assert.IsEmpty(Directory.GetFiles(scratch.Path, "x.safetensors", SearchOption.AllDirectories));
    }

    [TestMethod]
    [DataRow("model.safetensors")]
    [DataRow("vocab.txt")]
    public void A_file_with_another_checksum_is_refused_and_not_kept(string damaged)
    {
        Serve();
        hub.Send = (file, content) => file.EndsWith(damaged, StringComparison.Ordinal) ? [.. content[..^1], (byte)(content[^1] ^ 1)] : content;

        TorchException error = Refused();

        StringAssert.Contains(error.Message, "checksum");
        StringAssert.Contains(error.Message, damaged);
        Assert.IsFalse(Directory.Exists(Path.Combine(Settings.Cache, "org--small-model")));
        hub.Send = (_, content) => content;
        Assert.IsTrue(ModelFiles.IsComplete(Resolve()));
    }

    [TestMethod]
    public void A_longer_file_than_listed_is_refused()
    {
        Serve();
        hub.Send = (file, content) => file.EndsWith("model.safetensors", StringComparison.Ordinal) ? [.. content, 1, 2, 3] : content;

        StringAssert.Contains(Refused().Message, "longer");
    }

    [TestMethod]
    public void A_download_that_broke_off_goes_on_where_it_was()
    {
        byte[] weights = Serve(3_000_000);
        hub.Cut = file => file.EndsWith("model.safetensors", StringComparison.Ordinal) ? 2_000_000 : null;
        TorchException error = Refused();
        hub.Cut = _ => null;

        string folder = Resolve();

        StringAssert.Contains(error.Message, "broke off");
        CollectionAssert.AreEqual(weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.HasCount(1, hub.Asked.Where(a => a.Contains("bytes=", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public void A_hub_without_ranges_sends_all_again()
    {
        byte[] weights = Serve();
        hub.Cut = file => file.EndsWith("model.safetensors", StringComparison.Ordinal) ? 200_000 : null;
        Refused();
        (hub.Cut, hub.KnowsRanges) = (_ => null, false);

        string folder = Resolve();

        CollectionAssert.AreEqual(weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
    }

    [TestMethod]
    public void A_damaged_rest_of_an_earlier_run_is_thrown_away()
    {
        byte[] weights = Serve();
        hub.Cut = file => file.EndsWith("model.safetensors", StringComparison.Ordinal) ? 200_000 : null;
        Refused();
        hub.Cut = _ => null;
        string part = Directory.GetFiles(Settings.Cache, "model.safetensors.*.part", SearchOption.AllDirectories).Single();
        byte[] rest = File.ReadAllBytes(part);
        Assert.IsNotEmpty(rest);
        rest[0] ^= 1;
        File.WriteAllBytes(part, rest);

        string folder = Resolve();

        CollectionAssert.AreEqual(weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
    }

    [TestMethod]
    public void A_model_that_the_hub_lacks_says_what_to_do()
    {
        TorchException error = Refused();

        StringAssert.Contains(error.Message, Model);
        StringAssert.Contains(error.Message, "spelling");
        StringAssert.Contains(error.Message, StoreSettings.ModelsSetting);
    }

    [TestMethod]
    public void A_model_without_safetensors_says_so()
    {
        hub.Add(Model, "config.json", "{}"u8.ToArray());
        hub.Add(Model, "pytorch_model.bin", new byte[10]);

        StringAssert.Contains(Refused().Message, "safetensors");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("<html>")]
    [DataRow("{}")]
    [DataRow("[7]")]
    [DataRow("[{\"type\":\"file\",\"path\":\"config.json\",\"size\":-1,\"oid\":\"0123456789012345678901234567890123456789\"}]")]
    [DataRow("[{\"type\":\"file\",\"path\":\"config.json\",\"size\":2,\"oid\":\"..\"}]")]
    [DataRow("[{\"type\":\"file\",\"path\":\"../config.json\",\"size\":2,\"oid\":\"0123456789012345678901234567890123456789\"}]")]
    public void A_strange_listing_is_refused(string listing)
    {
        hub.Listing = listing;

        StringAssert.Contains(Refused().Message, Model);
    }

    [TestMethod]
    public void A_silent_hub_is_given_up()
    {
        Serve();
        hub.Stalls = file => file.EndsWith("model.safetensors", StringComparison.Ordinal);

        StringAssert.Contains(Refused(Settings with { Silence = TimeSpan.FromSeconds(1) }).Message, "sent nothing");
    }

    [TestMethod]
    public void A_slow_download_can_be_cancelled_and_taken_up_again()
    {
        byte[] weights = Serve();
        hub.Stalls = file => file.EndsWith("model.safetensors", StringComparison.Ordinal);
        using CancellationTokenSource cancel = new();
        Task<string> download = Task.Run(() => Resolve(cancel: cancel.Token));
        Assert.IsTrue(SpinWait.SpinUntil(() => { lock (hub.Asked) return hub.Asked.Any(a => a.EndsWith("model.safetensors", StringComparison.Ordinal)); }, TimeSpan.FromSeconds(20)));

        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => download.GetAwaiter().GetResult());
        hub.Stalls = _ => false;

        CollectionAssert.AreEqual(weights, File.ReadAllBytes(Path.Combine(Resolve(), "model.safetensors")));
    }

    [TestMethod]
    public void A_hub_out_of_reach_says_what_to_put_where()
    {
        Uri nowhere = hub.Address;
        hub.Stop();

        TorchException error = Refused(Settings with { Endpoint = nowhere, Models = Path.Combine(scratch.Path, "mine") });

        StringAssert.Contains(error.Message, "can't be reached");
        StringAssert.Contains(error.Message, "model.safetensors");
        StringAssert.Contains(error.Message, Path.Combine(scratch.Path, "mine", "small-model"));
    }

    [TestMethod]
    public void Offline_nothing_is_asked()
    {
        Serve();

        StringAssert.Contains(Refused(Settings with { IsOffline = true }).Message, "HF_HUB_OFFLINE");
        Assert.IsEmpty(hub.Asked);
    }

    [TestMethod]
    public void Two_at_once_fetch_it_once()
    {
        Serve();
        string[] folders = new string[4];

        Parallel.For(0, folders.Length, i => folders[i] = Resolve());

        Assert.HasCount(1, folders.Distinct());
        Assert.HasCount(1, hub.Asked.Where(a => a.EndsWith("model.safetensors", StringComparison.Ordinal)).ToArray());
    }

    private sealed class Told(List<ModelDownload> told) : IProgress<ModelDownload>
    {
        public void Report(ModelDownload value) => told.Add(value);
    }
}
