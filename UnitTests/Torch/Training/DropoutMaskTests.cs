using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class DropoutMaskTests
{
    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    [TestMethod]
    [DataRow(0.1), DataRow(0.5), DataRow(0.9), DataRow(0.001)]
    public void Drops_the_share_asked_for(double share)
    {
        float[] mask = new float[1_000_003];

        DropoutMask.Fill(mask, share, 2.5f, seed: 7);

        int dropped = mask.Count(m => m == 0);
        Assert.IsTrue(mask.All(m => m is 0 or 2.5f));
        Assert.AreEqual(share, dropped / (double)mask.Length, 4 * Math.Sqrt(share * (1 - share) / mask.Length) + 1e-5);
    }

    [TestMethod]
    public void Neighbours_and_lanes_are_unrelated()
    {
        float[] mask = new float[1 << 20];
        DropoutMask.Fill(mask, 0.5, 1, seed: 3);

        foreach (int lag in new[] { 1, 2, 3, 4, 8, 16, 32, 48, 384, 1536 })
        {
            double same = Enumerable.Range(0, mask.Length - lag).Average(i => mask[i] == mask[i + lag] ? 1.0 : 0);
            Assert.AreEqual(0.5, same, 0.003, $"lag {lag}");
        }
        for (int lane = 0; lane < 16; lane++)
            Assert.AreEqual(0.5, Enumerable.Range(0, mask.Length / 16).Average(i => mask[i * 16 + lane]), 0.008, $"lane {lane}");
    }

    [TestMethod]
    public void Both_formats_drop_the_same_and_seeds_differ()
    {
        float[] wide = new float[1000], other = new float[1000];
        ushort[] narrow = new ushort[1000];

        DropoutMask.Fill(wide, 0.3, 1, seed: 5);
        DropoutMask.FillBFloat16(narrow, 0.3, 1, seed: 5);
        DropoutMask.Fill(other, 0.3, 1, seed: 6);

        for (int i = 0; i < wide.Length; i++) Assert.AreEqual(wide[i], BitConverter.UInt32BitsToSingle((uint)narrow[i] << 16));
        CollectionAssert.AreNotEqual(wide, other);
    }

    [TestMethod]
    [DataRow(ScalarType.Float32), DataRow(ScalarType.BFloat16), DataRow(ScalarType.Float64)]
    public void The_source_keeps_the_mean_and_repeats_at_its_position(ScalarType type)
    {
        using NoiseSource noise = new(11);
        using DisposeScope scope = NewDisposeScope();
        Tensor ones = torch.ones(500, 401, dtype: type);

        Tensor first = noise.Dropout(ones, 0.2), second = noise.Dropout(ones, 0.2);
        noise.Position = 0;
        Tensor repeated = noise.Dropout(ones, 0.2);

        Assert.AreEqual(1, first.to(ScalarType.Float64).mean().ToDouble(), 0.01);
        Assert.IsTrue(first.equal(repeated).all().ToBoolean());
        Assert.IsFalse(first.equal(second).all().ToBoolean());
    }
}
