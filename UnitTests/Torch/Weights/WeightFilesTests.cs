using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class WeightFilesTests
{
    [TestMethod]
    public void What_is_written_is_read_again()
    {
        using ScratchFolder scratch = new();
        string path = scratch.File("model.safetensors");
        Random random = new(5);

        for (int round = 0; round < 40; round++)
        {
            List<(string Name, long[] Shape, float[] Values)> written = [];
            for (int tensor = random.Next(6); tensor >= 0; tensor--)
            {
                long[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(7))];
                float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
                random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
                written.Add(($"層.{tensor}.\"weight\"\n😀", shape, values));
            }
            SafetensorsWriter.Write(path, written, new Dictionary<string, string> { ["format"] = "pt", ["note"] = "\"quoted\"" });

            using WeightFiles read = WeightFiles.Open(scratch.Path);
            CollectionAssert.AreEquivalent(written.Select(w => w.Name).ToArray(), read.Names.ToArray());
            foreach ((string name, long[] shape, float[] values) in written)
            {
                CollectionAssert.AreEqual(shape, read.ShapeOf(name));
                CollectionAssert.AreEqual(Bits(values), Bits(read.ReadArray(name)));
            }
        }
        Assert.HasCount(1, Directory.GetFiles(scratch.Path));
    }

    [TestMethod]
    public void Half_and_bfloat16_numbers_widen_exactly()
    {
        using ScratchFolder scratch = new();
        float[] numbers = [.. Enumerable.Range(-40, 81).Select(i => i * 0.125f), float.PositiveInfinity, -0f];
        byte[] halves = MemoryMarshal.AsBytes(numbers.Select(v => (Half)v).ToArray().AsSpan()).ToArray();
        byte[] brains = MemoryMarshal.AsBytes(numbers.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).ToArray().AsSpan()).ToArray();
        string header = $$$"""{"half":{"dtype":"F16","shape":[{{{numbers.Length}}}],"data_offsets":[0,{{{halves.Length}}}]},"brain":{"dtype":"BF16","shape":[{{{numbers.Length}}},1],"data_offsets":[{{{halves.Length}}},{{{halves.Length * 2}}}]}}""";
        WriteRaw(scratch.File("model.safetensors"), header, [.. halves, .. brains]);

        using WeightFiles weights = WeightFiles.Open(scratch.Path);

        CollectionAssert.AreEqual(numbers, weights.ReadArray("half"));
        CollectionAssert.AreEqual(numbers, weights.ReadArray("brain"));
    }

    [TestMethod]
    public void A_tensor_is_a_copy_of_its_own()
    {
        using ScratchFolder scratch = new();
        TorchRuntime.Load();
        SafetensorsWriter.Write(scratch.File("model.safetensors"), [("a", [2, 3], [1, 2, 3, 4, 5, 6]), ("none", [0, 3], []), ("one", [], [7])], null);

        torch.Tensor tensor;
        using (WeightFiles weights = WeightFiles.Open(scratch.Path))
        {
            tensor = weights.Read("a");
            using torch.Tensor none = weights.Read("none"), one = weights.Read("one");
            CollectionAssert.AreEqual(new long[] { 0, 3 }, none.shape);
            Assert.AreEqual(7f, one.item<float>());
        }

        using (tensor)
        {
            CollectionAssert.AreEqual(new long[] { 2, 3 }, tensor.shape);
            CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, tensor.data<float>().ToArray());
        }
    }

    [TestMethod]
    public void Whole_numbers_are_passed_over()
    {
        using ScratchFolder scratch = new();
        WriteRaw(scratch.File("model.safetensors"), """{"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", new byte[12]);

        using WeightFiles weights = WeightFiles.Open(scratch.Path);

        CollectionAssert.AreEqual(new[] { "w" }, weights.Names.ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => weights.ReadArray("ids")).Message, "'ids'");
    }

    [TestMethod]
    public void A_missing_tensor_is_named_with_one_like_it()
    {
        using ScratchFolder scratch = new();
        SafetensorsWriter.Write(scratch.File("model.safetensors"), [("bert.embeddings.word_embeddings.weight", [1], [0])], null);

        using WeightFiles weights = WeightFiles.Open(scratch.Path);

        TorchException error = Assert.ThrowsExactly<TorchException>(() => weights.ShapeOf("roberta.embeddings.word_embeddings.weight"));
        StringAssert.Contains(error.Message, "bert.embeddings.word_embeddings.weight");
        StringAssert.Contains(error.Message, scratch.Path);
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "starts at 4", DisplayName = "overlap")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", 16, "starts at 12", DisplayName = "hole")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "truncated", DisplayName = "beyond the file")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 20, "found 20", DisplayName = "bytes left over")]
    [DataRow("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "takes 12", DisplayName = "shape against bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "before its start", DisplayName = "end before start")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "shape", DisplayName = "negative size")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "data_offsets", DisplayName = "negative offset")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "impossible", DisplayName = "product overflows")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "impossible", DisplayName = "product wraps to 0")]
    [DataRow("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}""", 0, "shape", DisplayName = "size beyond 64 bits")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}""", 6, "shape", DisplayName = "broken size")]
    [DataRow("""{"a":{"dtype":"FLOAT","shape":[2],"data_offsets":[0,8]}}""", 8, "FLOAT", DisplayName = "unknown dtype")]
    [DataRow("""{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", 8, "JSON", DisplayName = "dtype is a number")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16, "twice", DisplayName = "same name twice")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "lacks", DisplayName = "no offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""", 8, "lacks", DisplayName = "three offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":NaN,"data_offsets":[0,8]}}""", 8, "JSON", DisplayName = "NaN")]
    [DataRow("""{"a":NaN}""", 8, "JSON", DisplayName = "NaN for a tensor")]
    [DataRow("""{"a":[]}""", 8, "StartArray", DisplayName = "list for a tensor")]
    [DataRow("[]", 0, "StartArray", DisplayName = "list for a header")]
    [DataRow("{", 0, "JSON", DisplayName = "unfinished")]
    [DataRow("{} {}", 0, "JSON", DisplayName = "two documents")]
    [DataRow("""{"a":{"dtype":"F32","shape":[[[[[[[[[[[[]]]]]]]]]]]],"data_offsets":[0,8]}}""", 8, "shape", DisplayName = "nested")]
    [DataRow("", 0, "JSON", DisplayName = "empty header")]
    public void A_header_that_lies_is_refused(string header, int bytes, string expected)
    {
        using ScratchFolder scratch = new();
        string path = scratch.File("model.safetensors");
        WriteRaw(path, header, new byte[bytes]);

        TorchException error = Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(scratch.Path));

        StringAssert.Contains(error.Message, path);
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    [DataRow(ulong.MaxValue)]
    [DataRow((ulong)long.MaxValue)]
    [DataRow(1UL << 63)]
    [DataRow(300UL)]
    public void A_header_longer_than_the_file_is_refused(ulong length)
    {
        using ScratchFolder scratch = new();
        byte[] file = new byte[200];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        File.WriteAllBytes(scratch.File("model.safetensors"), file);

        TorchException error = Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(scratch.Path));

        StringAssert.Contains(error.Message, length.ToString(CultureInfo.InvariantCulture));
    }

    [TestMethod]
    public void A_header_of_more_than_100_MB_is_refused_unread()
    {
        using ScratchFolder scratch = new();
        string path = scratch.File("model.safetensors");
        // A file with a hole takes no room on the disk.
        using (FileStream stream = File.Create(path))
        {
            stream.Write(BitConverter.GetBytes(100_000_001UL));
            stream.SetLength(100_000_200);
        }

        TorchException error = Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(scratch.Path));

        StringAssert.Contains(error.Message, "100000001");
    }

    [TestMethod]
    public void A_file_cut_anywhere_is_refused()
    {
        using ScratchFolder scratch = new();
        string path = scratch.File("model.safetensors");
        SafetensorsWriter.Write(path, [("a", [5], [1, 2, 3, 4, 5]), ("b", [2, 2], [1, 2, 3, 4])], null);
        byte[] whole = File.ReadAllBytes(path);

        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(scratch.Path), $"at {length} bytes");
        }
    }

    [TestMethod]
    public void Random_damage_ends_in_an_error_or_an_answer()
    {
        using ScratchFolder scratch = new();
        string path = scratch.File("model.safetensors");
        SafetensorsWriter.Write(path, [("a", [5], [1, 2, 3, 4, 5]), ("b", [2, 2], [1, 2, 3, 4])], new Dictionary<string, string> { ["format"] = "pt" });
        byte[] whole = File.ReadAllBytes(path);
        Random random = new(9);
        int refused = 0;

        for (int round = 0; round < 400; round++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--) damaged[random.Next(whole.Length - 36)] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            try
            {
                using WeightFiles weights = WeightFiles.Open(scratch.Path);
                foreach (string name in weights.Names) weights.ReadArray(name);
            }
            catch (TorchException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(200, refused);
    }

    [TestMethod]
    public void A_folder_without_weights_says_what_it_needs()
    {
        using ScratchFolder scratch = new();

        TorchException empty = Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(scratch.Path));
        File.WriteAllText(scratch.File("pytorch_model.bin"), "");
        TorchException pickled = Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(scratch.Path));
        TorchException missing = Assert.ThrowsExactly<TorchException>(() => WeightFiles.Open(Path.Combine(scratch.Path, "none")));

        StringAssert.Contains(empty.Message, "model.safetensors");
        StringAssert.Contains(pickled.Message, "pytorch_model.bin");
        StringAssert.Contains(missing.Message, "does not exist");
    }

    [TestMethod]
    public void A_failed_write_leaves_the_old_file_and_no_other()
    {
        using ScratchFolder scratch = new();
        string path = scratch.File("model.safetensors");
        SafetensorsWriter.Write(path, [("a", [1], [1])], null);

        Assert.ThrowsExactly<ArgumentException>(() => SafetensorsWriter.Write(path, [("a", [2], [1])], null));
        Assert.ThrowsExactly<ArgumentException>(() => SafetensorsWriter.Write(path, [("a", [1], [1]), ("a", [1], [1])], null));
        Assert.ThrowsExactly<ArgumentException>(() => SafetensorsWriter.Write(path, [("__metadata__", [1], [1])], null));

        using WeightFiles weights = WeightFiles.Open(scratch.Path);
        CollectionAssert.AreEqual(new[] { 1f }, weights.ReadArray("a"));
        Assert.HasCount(1, Directory.GetFiles(scratch.Path));
    }

    [TestMethod, NeedsShared]
    public void Reads_the_encoder_and_the_word_vectors()
    {
        string models = Path.Combine(SharedFolder.Path, "models");

        foreach (string model in Directory.GetDirectories(models).Where(d => File.Exists(Path.Combine(d, "model.safetensors"))))
        {
            using WeightFiles weights = WeightFiles.Open(model);
            foreach (string name in weights.Names)
            {
                float[] values = weights.ReadArray(name);
                Assert.AreEqual(weights.ShapeOf(name).Aggregate(1L, (a, b) => a * b), values.LongLength, $"{model} {name}");
                Assert.IsTrue(values.All(float.IsFinite), $"{model} {name}");
            }
        }
        using WeightFiles encoder = WeightFiles.Open(Path.Combine(models, "all-minilm-l6-v2"));
        CollectionAssert.AreEqual(new long[] { 30522, 384 }, encoder.ShapeOf("embeddings.word_embeddings.weight"));
    }

    internal static void WriteRaw(string path, string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. data]);
    }

    private static uint[] Bits(float[] values) => MemoryMarshal.Cast<float, uint>(values).ToArray();
}
