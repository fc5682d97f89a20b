using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class FusedAdamWTests
{
    private const double Rate = 3e-3;

    public FusedAdamWTests() => TorchRuntime.Load();

    [TestMethod, DataRow(1), DataRow(2), DataRow(5)]
    public void Equals_the_optimizer_of_torch_on_dense_weights(int threads)
    {
        long[][] shapes = [[7], [33, 65], [1, 1], [300, 400]];
        Parameter[] ours = [.. shapes.Select((s, i) => Random(s, i))], theirs = [.. shapes.Select((s, i) => Random(s, i))];
        using FusedAdamW optimizer = new([.. ours.Select((p, i) => new TrainedWeight($"w{i}", p) { Decays = true })], new AdamWSettings(0.05), threads: threads);
        using optim.Optimizer reference = optim.AdamW(theirs, Rate, weight_decay: 0.05);

        for (int step = 0; step < 50; step++)
        {
            for (int i = 0; i < ours.Length; i++)
            {
                ours[i].grad = Gradient(shapes[i], step, i);
                theirs[i].grad = Gradient(shapes[i], step, i);
            }
            optimizer.Step(Rate);
            reference.step();
        }

        for (int i = 0; i < ours.Length; i++) AssertClose(theirs[i], ours[i], 2e-6);
    }

    [TestMethod]
    public void Rows_put_off_end_where_the_dense_optimizer_of_torch_does()
    {
        Parameter ours = Random([200, 48], 1), theirs = Random([200, 48], 1);
        using WordRows words = new(ours);
        using FusedAdamW optimizer = new([new TrainedWeight("words", ours)], new AdamWSettings(0.1), words, threads: 2);
        using optim.Optimizer reference = optim.AdamW([theirs], Rate, weight_decay: 0.1);
        Random random = new(5);

        for (int step = 0; step < 60; step++)
        {
            // Rows come back after long and short gaps, twice in a batch, and the last forty never come.
            long[] ids = [.. Enumerable.Range(0, 12).Select(_ => (long)(step < 5 ? random.Next(160) : random.Next(8 + (step % 7 * 20))))];
            using Tensor at = tensor(ids).view(3, 4), target = Gradient([3, 4, 48], step, 9);
            (words.Look(at) * target).sum().backward();
            theirs.grad = null;
            (theirs.index_select(0, at.view(-1)).view(3, 4, 48) * target).sum().backward();
            optimizer.Step(Rate);
            reference.step();
        }
        optimizer.CatchUp();

        AssertClose(theirs, ours, 2e-6);
    }

    [TestMethod]
    public void A_row_fades_past_its_horizon_as_the_dense_update_does()
    {
        Parameter ours = Random([4, 20], 1), theirs = Random([4, 20], 1);
        using WordRows words = new(ours);
        using FusedAdamW optimizer = new([new TrainedWeight("words", ours)], new AdamWSettings(0.01), words);
        using optim.Optimizer reference = optim.AdamW([theirs], Rate, weight_decay: 0.01);

        for (int step = 0; step < 700; step++)
        {
            using Tensor at = tensor(new long[] { step == 0 || step == 650 ? 1 : 0 }).view(1, 1), target = Gradient([1, 1, 20], step, 9);
            (words.Look(at) * target).sum().backward();
            theirs.grad = null;
            (theirs.index_select(0, at.view(-1)).view(1, 1, 20) * target).sum().backward();
            optimizer.Step(Rate);
            reference.step();
        }
        optimizer.CatchUp();

        AssertClose(theirs, ours, 2e-6);
    }

    [TestMethod]
    public void When_rows_are_caught_up_does_not_change_a_bit()
    {
        float[] never = Train(catchUpEvery: 1000, threads: 1), often = Train(catchUpEvery: 3, threads: 2), always = Train(catchUpEvery: 1, threads: 3);

        CollectionAssert.AreEqual(never, often);
        CollectionAssert.AreEqual(never, always);

        static float[] Train(int catchUpEvery, int threads)
        {
            Parameter table = Random([300, 33], 1);
            using WordRows words = new(table);
            using FusedAdamW optimizer = new([new TrainedWeight("words", table)], new AdamWSettings(0.1), words, threads);
            Random random = new(5);
            for (int step = 0; step < 400; step++)
            {
                using Tensor at = tensor([.. Enumerable.Range(0, 12).Select(_ => (long)random.Next(step < 20 ? 250 : 30))]).view(3, 4), target = Gradient([3, 4, 33], step, 9);
                (words.Look(at) * target).sum().backward();
                optimizer.Step(Rate, clipNorm: 1);
                if (step % catchUpEvery == 0) optimizer.CatchUp();
            }
            optimizer.CatchUp();
            return TrainingCheckpoint.ArrayOf(table);
        }
    }

    [TestMethod]
    public void Clips_the_gradient_of_all_weights_together()
    {
        Parameter a = Random([30, 40], 1), b = Random([17], 2), c = Random([30, 40], 1), d = Random([17], 2);
        using FusedAdamW optimizer = new([new TrainedWeight("a", a) { Decays = false }, new TrainedWeight("b", b)], new AdamWSettings());
        using optim.Optimizer reference = optim.AdamW([c, d], Rate, weight_decay: 0);
        double norm = 0;

        for (int step = 0; step < 10; step++)
        {
            (a.grad, b.grad, c.grad, d.grad) = (Gradient([30, 40], step, 1), Gradient([17], step, 2), Gradient([30, 40], step, 1), Gradient([17], step, 2));
            norm = optimizer.Step(Rate, clipNorm: 0.5);
            double expected = nn.utils.clip_grad_norm_([c, d], 0.5);
            reference.step();
            Assert.AreEqual(expected, norm, expected * 1e-5);
        }

        Assert.IsGreaterThan(0.5, norm);
        AssertClose(c, a, 2e-6);
        AssertClose(d, b, 2e-6);
    }

    [TestMethod]
    public void Leaves_a_weight_without_gradient_or_with_factor_0_alone()
    {
        Parameter still = Random([5, 5], 1), frozen = Random([5, 5], 2), moved = Random([5, 5], 3);
        float[] stillBefore = TrainingCheckpoint.ArrayOf(still), frozenBefore = TrainingCheckpoint.ArrayOf(frozen), movedBefore = TrainingCheckpoint.ArrayOf(moved);
        using FusedAdamW optimizer = new([new TrainedWeight("s", still), new TrainedWeight("f", frozen), new TrainedWeight("m", moved)], new AdamWSettings(0.1));

        frozen.grad = Gradient([5, 5], 0, 0);
        moved.grad = Gradient([5, 5], 0, 0);
        optimizer.Step(Rate, factors: [1, 0, 1]);

        CollectionAssert.AreEqual(stillBefore, TrainingCheckpoint.ArrayOf(still));
        CollectionAssert.AreEqual(frozenBefore, TrainingCheckpoint.ArrayOf(frozen));
        CollectionAssert.AreNotEqual(movedBefore, TrainingCheckpoint.ArrayOf(moved));
    }

    [TestMethod]
    public void A_gradient_that_is_no_number_changes_nothing()
    {
        Parameter weight = Random([5, 5], 1);
        float[] before = TrainingCheckpoint.ArrayOf(weight);
        using FusedAdamW optimizer = new([new TrainedWeight("w", weight)], new AdamWSettings(0.1));

        weight.grad = full([5, 5], float.NaN);
        double norm = optimizer.Step(Rate, 1);

        Assert.IsFalse(double.IsFinite(norm));
        CollectionAssert.AreEqual(before, TrainingCheckpoint.ArrayOf(weight));
    }

    [TestMethod]
    public void Tensor_operations_give_what_the_pass_over_memory_gives()
    {
        Parameter[] memory = [Random([33, 65], 1), Random([9], 2)], tensors = [Random([33, 65], 1), Random([9], 2)];
        double[] factors = [1, 0.5];
        using AdamWMemory first = new([.. memory.Select((p, i) => new TrainedWeight($"{i}", p))], new AdamWSettings(0.05), 1);
        using AdamWTensors second = new([.. tensors.Select((p, i) => new TrainedWeight($"{i}", p))], new AdamWSettings(0.05));

        for (int step = 0; step < 20; step++)
        {
            for (int i = 0; i < 2; i++)
            {
                memory[i].grad = Gradient(memory[i].shape, step, i);
                tensors[i].grad = Gradient(memory[i].shape, step, i);
            }
            Assert.AreEqual(first.Collect(factors), second.Collect(factors), 1e-2);
            first.Step(Rate, 0.9, factors);
            second.Step(Rate, 0.9, factors);
        }

        for (int i = 0; i < 2; i++) AssertClose(memory[i], tensors[i], 2e-6);
    }

    [TestMethod]
    public void Refuses_weights_that_are_not_float32()
    {
        Parameter half = new(ones([2, 2], ScalarType.BFloat16));

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => new FusedAdamW([new TrainedWeight("half", half)], new AdamWSettings()));

        Assert.Contains("half", error.Message);
    }

    private static Parameter Random(long[] shape, int seed) => new(Normal(shape, seed));

    private static Tensor Gradient(long[] shape, int step, int seed) => Normal(shape, 1000 + (step * 10) + seed);

    private static Tensor Normal(long[] shape, int seed)
    {
        Random random = new(seed);
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(random.NextDouble() - 0.5);
        return tensor(values).view(shape);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        using Tensor gap = (expected.detach() - actual.detach()).abs().max();
        Assert.IsLessThan(tolerance, gap.item<float>());
    }
}
