using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TrainingOptionTests
{
    private static readonly TrainingOptions options = new() { Epochs = 3, BatchSize = 16, LearningRate = 1e-2 };

    public TrainingOptionTests() => TorchRuntime.Load();

    public static IEnumerable<object[]> Changes =>
    [
        [options with { Epochs = 2 }], [options with { BatchSize = 8 }], [options with { Accumulation = 2 }], [options with { LearningRate = 1e-3 }],
        [options with { Schedule = RateSchedule.Cosine }], [options with { Schedule = RateSchedule.Constant }], [options with { WarmUp = 0.5 }],
        [options with { WeightDecay = 1 }], [options with { ClipNorm = 1e-3 }], [options with { Adversarial = AdversarialTraining.Fgm }],
        [options with { Adversarial = AdversarialTraining.FreeLb }], [options with { Averaging = WeightAveraging.Exponential }],
        [options with { Averaging = WeightAveraging.Last }], [options with { LayerDecay = 0.5 }], [options with { UnfreezeShare = 0.8 }],
    ];

    [TestMethod, DynamicData(nameof(Changes))]
    public void Every_option_changes_what_is_learned(TrainingOptions changed)
    {
        ToyJob plain = new(held: 0), other = new(held: 0);

        new TrainingLoop(plain, options, new FitContext()).Run();
        new TrainingLoop(other, changed, new FitContext()).Run();

        CollectionAssert.AreNotEqual(plain.Values(), other.Values());
        Assert.IsTrue(other.Values().All(float.IsFinite));
    }

    [TestMethod]
    public void Adversarial_options_change_what_is_learned()
    {
        TrainingOptions adversarial = options with { Adversarial = AdversarialTraining.FreeLb };

        float[] plain = Train(adversarial), longer = Train(adversarial with { AdversarialSize = 2 }), more = Train(adversarial with { AdversarialSteps = 4 });

        CollectionAssert.AreNotEqual(plain, longer);
        CollectionAssert.AreNotEqual(plain, more);
    }

    [TestMethod]
    public void Averaging_options_change_what_is_kept()
    {
        CollectionAssert.AreNotEqual(Train(options with { Averaging = WeightAveraging.Last, AveragingShare = 0.2 }), Train(options with { Averaging = WeightAveraging.Last, AveragingShare = 0.9 }));
        CollectionAssert.AreNotEqual(Train(options with { Averaging = WeightAveraging.Exponential, AveragingDecay = 0.8 }), Train(options with { Averaging = WeightAveraging.Exponential, AveragingDecay = 0.9 }));
    }

    [TestMethod]
    public void Adversarial_training_learns_the_task()
    {
        foreach (AdversarialTraining kind in (AdversarialTraining[])[AdversarialTraining.Fgm, AdversarialTraining.FreeLb])
        {
            ToyJob job = new();
            Assert.IsGreaterThan(0.9, new TrainingLoop(job, options with { Epochs = 12, Adversarial = kind }, new FitContext()).Run().Score!.Value, kind.ToString());
        }
    }

    [TestMethod]
    public void Frozen_layers_stand_still_until_they_thaw_from_the_top_down()
    {
        ToyJob job = new(held: 0, count: 160);
        List<(bool Table, bool Up, bool Down)> moves = [];
        float[][] last = Copies(job);
        job.OnLoss = () =>
        {
            float[][] now = Copies(job);
            moves.Add((!now[0].SequenceEqual(last[0]), !now[1].SequenceEqual(last[1]), !now[3].SequenceEqual(last[3])));
            last = now;
        };

        new TrainingLoop(job, options with { Epochs = 2, UnfreezeShare = 0.5 }, new FitContext()).Run();

        Assert.IsTrue(moves.Skip(1).All(m => m.Down));
        Assert.IsFalse(moves.Take(5).Any(m => m.Up));
        Assert.IsTrue(moves.Skip(8).All(m => m.Up));
        Assert.IsFalse(moves.Take(10).Any(m => m.Table));
        Assert.IsTrue(moves.Skip(13).Any(m => m.Table));

        static float[][] Copies(ToyJob job) => [.. job.Weights.Select(w => TrainingCheckpoint.ArrayOf(w.Value))];
    }

    [TestMethod]
    public void The_rate_rises_in_warm_up_and_falls_to_0()
    {
        TrainingPlan plan = new(options with { Epochs = 1, WarmUp = 0.2 }, new FitContext(), 100, 10, 0);
        List<double> factors = [];

        while (!plan.IsOver)
        {
            factors.Add(plan.Factor());
            plan.Step(10, TimeSpan.FromSeconds(1));
        }

        Assert.HasCount(100, factors);
        Assert.IsTrue(factors.Take(20).Zip(factors.Skip(1)).All(p => p.First < p.Second || p.First > 0.97));
        Assert.IsTrue(factors.Skip(20).Zip(factors.Skip(21)).All(p => p.First > p.Second));
        Assert.AreEqual(1, factors.Max(), 0.03);
        Assert.IsLessThan(0.01, factors[^1]);
    }

    [TestMethod]
    public void Progress_tells_loss_score_speed_and_time_left()
    {
        List<FitProgress> told = [];
        ManualClock clock = new();
        ToyJob job = new();
        job.OnLoss = () => clock.Advance(TimeSpan.FromSeconds(2));

        new TrainingLoop(job, options, new FitContext { Time = clock, Progress = new Listener(told.Add) }).Run();

        Assert.HasCount(48, told);
        Assert.AreEqual(1, told[^1].Done);
        Assert.Contains("epoch 3 of 3", told[^1].What);
        Assert.Contains("accuracy", told[^1].What);
        Assert.Contains("tokens/s", told[^1].What);
        Assert.Contains("2 min", told[10].What);
        Assert.IsTrue(told.All(t => double.IsFinite(t.Loss)));
    }

    private static float[] Train(TrainingOptions with)
    {
        ToyJob job = new(held: 0);
        new TrainingLoop(job, with, new FitContext()).Run();
        return job.Values();
    }

    private sealed class Listener(Action<FitProgress> told) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => told(value);
    }
}
