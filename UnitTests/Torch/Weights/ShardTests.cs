namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class ShardTests
{
    [TestMethod]
    public void Shards_are_read_as_one()
    {
        using ScratchFolder scratch = new();
        SafetensorsWriter.Write(scratch.File("model-00001-of-00002.safetensors"), [("a", [2], [1, 2])], null);
        SafetensorsWriter.Write(scratch.File("model-00002-of-00002.safetensors"), [("b", [1], [3]), ("not in the index", [1], [4])], null);
        File.WriteAllText(scratch.File(ShardIndex.FileName), """{"metadata":{"total_size":12},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");

        using WeightFiles weights = WeightFiles.Open(scratch.Path);

        CollectionAssert.AreEquivalent(new[] { "a", "b" }, weights.Names.ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2f }, weights.ReadArray("a"));
        CollectionAssert.AreEqual(new[] { 3f }, weights.ReadArray("b"));
    }

    [TestMethod]
    [DataRow("../x.safetensors")]
    [DataRow("..\\\\x.safetensors")]
    [DataRow("sub/x.safetensors")]
    [DataRow("/etc/x.safetensors")]
    [DataRow("C:x.safetensors")]
    [DataRow(".safetensors")]
    [DataRow("x.bin")]
    [DataRow("x\\u0000.safetensors")]
    [DataRow("")]
    public void A_shard_elsewhere_is_refused(string shard)
    {
        using ScratchFolder scratch = new();
        SafetensorsWriter.Write(scratch.File("x.safetensors"), [("a", [1], [1])], null);
        File.WriteAllText(scratch.File("model", ShardIndex.FileName), $$$"""{"weight_map":{"a":"{{{shard}}}"}}""");

        TorchException error = Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(Path.Combine(scratch.Path, "model")));

        StringAssert.Contains(error.Message, "plain name");
    }

    [TestMethod]
    [DataRow("", "JSON")]
    [DataRow("[]", "weight_map")]
    [DataRow("{}", "weight_map")]
    [DataRow("""{"weight_map":[]}""", "weight_map")]
    [DataRow("""{"weight_map":{}}""", "empty")]
    [DataRow("""{"weight_map":{"a":7}}""", "plain name")]
    [DataRow("""{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}""", "JSON")]
    [DataRow("""{"weight_map":{"a":NaN}}""", "JSON")]
    [DataRow("""{"weight_map":{"b":"x.safetensors"}}""", "'b'")]
    [DataRow("""{"weight_map":{"a":"missing.safetensors"}}""", "missing.safetensors")]
    public void A_damaged_index_is_refused(string json, string expected)
    {
        using ScratchFolder scratch = new();
        SafetensorsWriter.Write(scratch.File("x.safetensors"), [("a", [1], [1])], null);
        File.WriteAllText(scratch.File(ShardIndex.FileName), json);

        TorchException error = Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(scratch.Path));

        StringAssert.Contains(error.Message, expected);
    }
}
