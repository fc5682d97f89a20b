namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class ModelLookupTests
{
    private readonly ScratchFolder scratch = new();

    [TestCleanup]
    public void Clean() => scratch.Dispose();

    private StoreSettings Settings => new()
    {
        Models = Path.Combine(scratch.Path, "mine"),
        HuggingFaceCache = Path.Combine(scratch.Path, "huggingface"),
        Cache = Path.Combine(scratch.Path, "own"),
        IsOffline = true,
    };

    private string Put(params string[] parts)
    {
        string folder = Path.GetDirectoryName(scratch.File([.. parts, "config.json"]))!;
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), "");
        return folder;
    }

    [TestMethod]
    public void The_users_folder_comes_before_the_caches()
    {
        string own = Put("own", "org--name"), first = Resolve(), huggingFace = Put("huggingface", "models--org--name", "snapshots", "abc123"), second = Resolve(), mine = Put("mine", "name"), third = Resolve();

        CollectionAssert.AreEqual(new[] { own, huggingFace, mine }, new[] { first, second, third });

        string Resolve() => ModelStore.Resolve("org/name", Settings, null, CancellationToken.None);
    }

    [TestMethod]
    public void The_users_folder_may_hold_organisations()
    {
        string nested = Put("mine", "org", "name");

        Assert.AreEqual(nested, ModelStore.FindLocal("org/name", Settings));
    }

    [TestMethod]
    public void Main_tells_the_snapshot()
    {
        Put("huggingface", "models--org--name", "snapshots", "newer");
        string main = Put("huggingface", "models--org--name", "snapshots", "older");
        File.WriteAllText(scratch.File("huggingface", "models--org--name", "refs", "main"), "older\n");

        Assert.AreEqual(main, ModelStore.FindLocal("org/name", Settings));
    }

    [TestMethod]
    public void A_reference_that_leads_elsewhere_and_a_snapshot_without_weights_are_passed_over()
    {
        Put("outside");
        File.WriteAllText(scratch.File("huggingface", "models--org--name", "refs", "main"), "../../../outside");
        File.WriteAllText(scratch.File("huggingface", "models--org--name", "snapshots", "part", "config.json"), "{}");

        Assert.IsNull(ModelStore.FindLocal("org/name", Settings));
    }

    [TestMethod]
    public void A_folder_is_taken_as_it_is()
    {
        string folder = Put("anywhere");

        Assert.AreEqual(folder, ModelStore.FindLocal(folder, Settings));
    }

    [TestMethod]
    public void A_folder_that_is_no_model_is_refused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => ModelStore.FindLocal(scratch.Path, Settings)).Message, "config.json");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow("../secret")]
    [DataRow("org/..")]
    [DataRow("org/../name")]
    [DataRow("/etc/model")]
    [DataRow("org\\name")]
    [DataRow("C:\\models\\x")]
    [DataRow("a/b/c")]
    [DataRow("org//name")]
    [DataRow("org/name/")]
    [DataRow(".hidden/x")]
    [DataRow("org/na me")]
    [DataRow("org/name?x=1")]
    [DataRow("org/name#x")]
    [DataRow("org/%2e%2e")]
    [DataRow("org--name")]
    [DataRow("org/naïve")]
    [DataRow("org/name\n")]
    [DataRow("\0")]
    public void What_is_no_name_is_refused_without_a_look(string name)
    {
        Put("mine", "etc", "model");

        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => ModelStore.FindLocal(name, Settings)).Message, $"'{name}'");
    }

    [TestMethod]
    public void Names_of_the_hub_are_names()
    {
        foreach (string name in (string[])["bert-base-uncased", "sentence-transformers/all-MiniLM-L6-v2", "xlm-roberta-base", "google/electra-small-discriminator", "org/v1.5_x"])
            Assert.AreEqual(name, ModelName.TryParse(name)?.Value);
        Assert.IsNull(ModelName.TryParse(new string('a', 97)));
    }
}
