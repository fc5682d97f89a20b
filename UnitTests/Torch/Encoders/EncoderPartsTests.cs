using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class EncoderPartsTests
{
    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    public static IEnumerable<object[]> Kinds => EncoderCases.Kinds;

    private static byte[] Written(string kind)
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);
        using MemoryStream stream = new();
        EncoderParts.Of(encoder).Write(new PlainWriter(stream));
        return stream.ToArray();
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Comes_back_bit_for_bit(string kind)
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);

        using TextEncoder again = EncoderParts.Read(new PlainReader(Written(kind), "model")).Build(CPU);

        Assert.AreEqual(encoder.Config, again.Config);
        foreach ((string name, var weight) in encoder.Weights) CollectionAssert.AreEqual(EncoderCases.Floats(weight), EncoderCases.Floats(again.Weights[name]), name);
    }

    [TestMethod]
    public void Damage_is_told_and_never_a_crash()
    {
        byte[] good = Written("Bert");
        Random random = new(1);
        for (int round = 0; round < 300; round++)
        {
            byte[] bad = [.. good];
            if (round % 3 == 0) bad = bad[..random.Next(bad.Length)];
            else
            {
                for (int i = 0; i < 3; i++) bad[random.Next(Math.Min(bad.Length, round % 3 == 1 ? 900 : bad.Length))] ^= (byte)(1 << random.Next(8));
            }
            try
            {
                using TextEncoder encoder = EncoderParts.Read(new PlainReader(bad, "model")).Build(CPU);
                Assert.IsNotEmpty(encoder.Layers);
            }
            catch (BundleException error)
            {
                StringAssert.Contains(error.Message, "model");
            }
        }
    }
}
