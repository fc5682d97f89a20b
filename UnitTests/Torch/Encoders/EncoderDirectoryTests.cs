using System.Text;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Directories that are damaged, mismatched or of another architecture.</summary>
[TestClass]
public sealed class EncoderDirectoryTests
{
    private const string Query = "encoder.layer.1.attention.self.query.weight";

    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    private static EncoderCases.Folder Saved(string kind = "Bert")
    {
        EncoderCases.Folder folder = new();
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);
        encoder.Save(folder.Path);
        return folder;
    }

    /// <summary>Writes the weights again with other names, other shapes or others left out.</summary>
    private static void Rewrite(string folder, Func<string, long[], float[], IEnumerable<(string, long[], float[])>> change)
    {
        List<(string, long[], float[])> all = [];
        using (WeightFiles files = WeightFiles.Open(folder))
        {
            foreach (string name in files.Names) all.AddRange(change(name, files.ShapeOf(name), files.ReadArray(name)));
        }
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), all, null);
    }

    private static string Refused(string folder) => Assert.ThrowsExactly<TorchException>(() => TextEncoder.Load(folder, CPU)).Message;

    [TestMethod]
    [DataRow("bert.", ""), DataRow("0.auto_model.", ""), DataRow("bert.", "old names")]
    public void Finds_the_encoder_within_a_model_with_a_head(string prefix, string names)
    {
        using EncoderCases.Folder folder = Saved();
        Rewrite(folder.Path, (name, shape, values) =>
            [(prefix + (names.Length == 0 ? name : name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta")), shape, values), ("classifier." + name, [1], [1f])]);

        using TextEncoder encoder = TextEncoder.Load(folder.Path, CPU);

        using TextEncoder original = TextEncoder.Create(EncoderCases.Tiny("Bert"), seed: 3);
        CollectionAssert.AreEqual(EncoderCases.Floats(original.Weights[Query]), EncoderCases.Floats(encoder.Weights[Query]));
    }

    [TestMethod]
    public void Loads_without_a_pooler()
    {
        using EncoderCases.Folder folder = Saved();
        Rewrite(folder.Path, (name, shape, values) => name.StartsWith("pooler", StringComparison.Ordinal) ? [] : [(name, shape, values)]);

        using TextEncoder encoder = TextEncoder.Load(folder.Path, CPU);

        Assert.IsNull(encoder.Pooler);
        Assert.Throws<InvalidOperationException>(() => encoder.Pool(zeros(1, 2, 12)));
    }

    [TestMethod]
    public void Tells_a_missing_weight_with_its_shape()
    {
        using EncoderCases.Folder folder = Saved();
        Rewrite(folder.Path, (name, shape, values) => name == Query ? [] : [(name, shape, values)]);

        string message = Refused(folder.Path);

        StringAssert.Contains(message, Query);
        StringAssert.Contains(message, "[12, 12]");
    }

    [TestMethod]
    public void Tells_a_wrong_shape()
    {
        using EncoderCases.Folder folder = Saved();
        Rewrite(folder.Path, (name, shape, values) => name == Query ? [(name, [24, 6], values)] : [(name, shape, values)]);

        string message = Refused(folder.Path);

        StringAssert.Contains(message, "[24, 6]");
        StringAssert.Contains(message, "[12, 12]");
    }

    [TestMethod]
    [DataRow(float.NaN), DataRow(float.NegativeInfinity)]
    public void Refuses_weights_that_are_no_finite_numbers(float wrong)
    {
        using EncoderCases.Folder folder = Saved();
        Rewrite(folder.Path, (name, shape, values) => name == Query ? [(name, shape, [wrong, .. values[1..]])] : [(name, shape, values)]);

        StringAssert.Contains(Refused(folder.Path), $"'{Query}' holds NaN or infinity");
    }

    [TestMethod]
    public void Tells_a_vocabulary_of_another_size()
    {
        using EncoderCases.Folder folder = Saved();
        string path = Path.Combine(folder.Path, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"vocab_size\": 50", "\"vocab_size\": 51"));

        StringAssert.Contains(Refused(folder.Path), "[51, 12]");
    }

    [TestMethod]
    public void Refuses_the_weights_of_another_kind()
    {
        using EncoderCases.Folder folder = Saved("DistilBert");
        File.WriteAllBytes(Path.Combine(folder.Path, "config.json"), EncoderConfigJson.Write(EncoderCases.Tiny("Bert")));

        StringAssert.Contains(Refused(folder.Path), "missing");
    }

    [TestMethod]
    public void Refuses_weights_that_hold_no_encoder()
    {
        using EncoderCases.Folder folder = Saved();
        SafetensorsWriter.Write(Path.Combine(folder.Path, "model.safetensors"), [("something", [1], [1f])], null);

        StringAssert.Contains(Refused(folder.Path), "BertModel");
    }

    [TestMethod]
    public void Damaged_files_are_told_and_never_a_crash()
    {
        using EncoderCases.Folder folder = Saved();
        string path = Path.Combine(folder.Path, "model.safetensors");
        byte[] good = File.ReadAllBytes(path);
        Random random = new(1);
        for (int round = 0; round < 60; round++)
        {
            byte[] bad = [.. good];
            if (round % 2 == 0) bad = bad[..random.Next(bad.Length)];
            else bad[random.Next(2000)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bad);
            try
            {
                using TextEncoder encoder = TextEncoder.Load(folder.Path, CPU);
                Assert.HasCount(3, encoder.Layers);
            }
            catch (TorchException error)
            {
                StringAssert.Contains(error.Message, folder.Path);
            }
        }
    }

    [TestMethod]
    public void Refuses_a_directory_without_weights()
    {
        using EncoderCases.Folder folder = Saved();
        File.Delete(Path.Combine(folder.Path, "model.safetensors"));

        StringAssert.Contains(Refused(folder.Path), "model.safetensors");
    }

    [TestMethod, NeedsShared]
    public void Refuses_a_decoder() =>
        StringAssert.Contains(Refused(Path.Combine(SharedFolder.Path, "models", "tinystories-260k")), "'llama'");

    [TestMethod]
    public void A_saved_config_names_the_class_for_transformers()
    {
        using EncoderCases.Folder folder = Saved("Electra");

        StringAssert.Contains(Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder.Path, "config.json"))), "ElectraModel");
    }
}
