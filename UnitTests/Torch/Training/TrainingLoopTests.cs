using MLPipes.Pipelines;
using TorchSharp;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TrainingLoopTests
{
    private static readonly TrainingOptions options = new() { Epochs = 4, BatchSize = 16, LearningRate = 1e-2 };

    public TrainingLoopTests() => TorchRuntime.Load();

    [TestMethod]
    public void Learns_a_separable_set()
    {
        ToyJob job = new();

        TrainingOutcome outcome = new TrainingLoop(job, options with { Epochs = 12 }, new FitContext()).Run();

        Assert.IsGreaterThan(0.9, outcome.Score!.Value);
        Assert.AreEqual(12 * 16, outcome.Steps);
        Assert.AreEqual(12, outcome.Epochs);
        Assert.AreEqual(TrainingEnd.Epochs, outcome.EndedBy);
        Assert.IsLessThan(0.5, outcome.Loss);
        Assert.IsGreaterThan(0, outcome.TokensPerSecond);
    }

    [TestMethod]
    public void Same_seed_gives_the_same_weights_with_dropout_whatever_else_runs()
    {
        float[] first = Train(1);
        using CancellationTokenSource stop = new();
        Task noise = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) new TrainingLoop(new ToyJob(seed: 7), options with { Epochs = 1 }, new FitContext { Seed = 9 }).Run();
        });
        float[] again = Train(1), other = Train(2);
        stop.Cancel();
        noise.Wait();

        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);
    }

    [TestMethod]
    public void The_number_of_optimizer_threads_does_not_matter()
    {
        ToyJob one = new(), three = new();

        new TrainingLoop(one, options, new FitContext { Threads = 1 }).Run();
        new TrainingLoop(three, options, new FitContext { Threads = 3 }).Run();

        CollectionAssert.AreEqual(one.Values(), three.Values());
    }

    [TestMethod]
    public void Rows_and_a_dense_table_train_alike()
    {
        ToyJob rows = new(byRows: true), dense = new(byRows: false);

        new TrainingLoop(rows, options, new FitContext()).Run();
        new TrainingLoop(dense, options, new FitContext()).Run();

        float gap = rows.Values().Zip(dense.Values(), (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThan(1e-4f, gap);
    }

    [TestMethod]
    public void Every_example_is_seen_once_an_epoch_in_batches_of_like_lengths()
    {
        ToyJob job = new(count: 250);

        new TrainingLoop(job, options with { Epochs = 2 }, new FitContext()).Run();

        int[][] firstEpoch = [.. job.Seen.Take(16)], secondEpoch = [.. job.Seen.Skip(16)];
        CollectionAssert.AreEqual(Enumerable.Range(0, 250).ToArray(), firstEpoch.SelectMany(b => b).Order().ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 250).ToArray(), secondEpoch.SelectMany(b => b).Order().ToArray());
        CollectionAssert.AreNotEqual(firstEpoch.SelectMany(b => b).ToArray(), secondEpoch.SelectMany(b => b).ToArray());
        Assert.IsLessThan(2.0, firstEpoch.Average(b => b.Max(job.TokensOf) - b.Min(job.TokensOf)));
    }

    [TestMethod]
    public void Accumulated_batches_train_as_one_large_batch_does()
    {
        ToyJob large = new(count: 64, dropout: 0), small = new(count: 64, dropout: 0);

        new TrainingLoop(large, options with { BatchSize = 64, Epochs = 6 }, new FitContext()).Run();
        new TrainingLoop(small, options with { BatchSize = 16, Accumulation = 4, Epochs = 6 }, new FitContext()).Run();

        Assert.HasCount(6, small.Updates);
        float gap = large.Values().Zip(small.Values(), (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThan(1e-4f, gap);
    }

    [TestMethod]
    public void The_best_weights_are_kept_and_patience_ends_training()
    {
        int call = 0;
        double[] scores = [0.1, 0.7, 0.3, 0.2, 0.9];
        ToyJob job = new();
        float[]? best = null;
        job.Judge = _ =>
        {
            if (call == 1) best = job.Values();
            return scores[call++];
        };

        TrainingOutcome outcome = new TrainingLoop(job, options with { Epochs = 10, Patience = 2 }, new FitContext()).Run();

        Assert.AreEqual(TrainingEnd.Patience, outcome.EndedBy);
        Assert.AreEqual(4, call);
        Assert.AreEqual(0.7, outcome.Score);
        Assert.AreEqual((32, 2), (outcome.BestStep, outcome.EpochsKept));
        CollectionAssert.AreEqual(best, job.Values());
    }

    [TestMethod]
    public void Validates_as_often_as_asked()
    {
        ToyJob job = new();

        new TrainingLoop(job, options with { Epochs = 3, ValidationsPerEpoch = 4 }, new FitContext()).Run();

        Assert.HasCount(12, job.Scores);
    }

    [TestMethod]
    public void A_deadline_is_kept_by_a_shorter_plan_that_is_made_to_its_end()
    {
        ToyJob job = new();
        ManualClock clock = new();
        job.OnLoss = () => clock.Advance(TimeSpan.FromSeconds(1));
        FitContext context = new() { Time = clock, Deadline = clock.GetUtcNow() + TimeSpan.FromSeconds(40) };

        TrainingOutcome outcome = new TrainingLoop(job, options with { Epochs = 100 }, context).Run();

        Assert.AreEqual(TrainingEnd.Deadline, outcome.EndedBy);
        Assert.IsLessThanOrEqualTo(40, outcome.Steps);
        Assert.IsGreaterThanOrEqualTo(34, outcome.Steps);
        Assert.AreEqual(job.Updates[^1].Planned, job.Updates.Count);
        Assert.IsNotNull(outcome.Score);
        Assert.IsFalse(context.IsOutOfTime);
    }

    [TestMethod]
    public void Slower_steps_shorten_the_plan_again_and_faster_ones_lengthen_it()
    {
        Assert.IsInRange(18, 30, Steps(made => made < 10 ? 1 : 3));
        Assert.IsInRange(60, 90, Steps(made => made < 10 ? 1 : 0.4));

        int Steps(Func<int, double> secondsOf)
        {
            ToyJob job = new();
            ManualClock clock = new();
            job.OnLoss = () => clock.Advance(TimeSpan.FromSeconds(secondsOf(job.Updates.Count)));
            FitContext context = new() { Time = clock, Deadline = clock.GetUtcNow() + TimeSpan.FromSeconds(40) };
            int steps = new TrainingLoop(job, options with { Epochs = 100 }, context).Run().Steps;
            Assert.IsFalse(context.IsOutOfTime);
            return steps;
        }
    }

    [TestMethod]
    public void A_validation_that_would_begin_behind_the_deadline_is_left_out_and_the_weights_stand()
    {
        ToyJob job = new();
        ManualClock clock = new();
        // The machine stalls in the second epoch, of 16 updates each.
        job.OnLoss = () => clock.Advance(TimeSpan.FromSeconds(job.Updates.Count == 20 ? 1000 : 1));
        FitContext context = new() { Time = clock, Deadline = clock.GetUtcNow() + TimeSpan.FromSeconds(90) };

        TrainingOutcome outcome = new TrainingLoop(job, options with { Epochs = 100 }, context).Run();

        Assert.AreEqual(TrainingEnd.Deadline, outcome.EndedBy);
        Assert.IsLessThan(32, outcome.Steps);
        Assert.HasCount(1, job.Scores);
    }

    [TestMethod]
    public void No_update_is_begun_that_would_end_behind_the_deadline()
    {
        ToyJob job = new(held: 0);
        ManualClock clock = new();
        job.OnLoss = () => clock.Advance(TimeSpan.FromSeconds(job.Updates.Count == 3 ? 7 : 10));
        FitContext context = new() { Time = clock, Deadline = clock.GetUtcNow() + TimeSpan.FromSeconds(38) };

        new TrainingLoop(job, options with { Epochs = 100 }, context).Run();

        Assert.IsFalse(context.IsOutOfTime);
    }

    [TestMethod]
    public void A_deadline_that_is_far_away_changes_nothing()
    {
        ToyJob free = new(), bound = new();

        new TrainingLoop(free, options, new FitContext()).Run();
        new TrainingLoop(bound, options, new FitContext { Deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(5) }).Run();

        CollectionAssert.AreEqual(free.Values(), bound.Values());
    }

    [TestMethod]
    public void A_deadline_that_has_passed_leaves_the_weights_as_they_were()
    {
        ToyJob job = new();
        float[] before = job.Values();

        TrainingOutcome outcome = new TrainingLoop(job, options, new FitContext { Deadline = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(1) }).Run();

        Assert.AreEqual(0, outcome.Steps);
        CollectionAssert.AreEqual(before, job.Values());
    }

    [TestMethod]
    public void Cancellation_ends_it_between_two_batches()
    {
        using CancellationTokenSource cancel = new();
        ToyJob job = new();
        int losses = 0;
        job.OnLoss = () =>
        {
            if (++losses == 5) cancel.Cancel();
        };

        Assert.ThrowsExactly<OperationCanceledException>(() => new TrainingLoop(job, options, new FitContext { Cancel = cancel.Token }).Run());

        Assert.AreEqual(5, losses);
    }

    [TestMethod]
    public void A_loss_that_is_no_number_is_an_error_that_says_what_to_do()
    {
        ToyJob job = new();
        job.OnLoss = () =>
        {
            using IDisposable off = torch.no_grad();
            job.Weights[1].Value.fill_(float.NaN);
        };

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() => new TrainingLoop(job, options, new FitContext()).Run());

        Assert.Contains("LearningRate", error.Message);
    }

    [TestMethod]
    public void Refuses_options_outside_their_bounds_and_adversaries_without_words()
    {
        Assert.ThrowsExactly<OptionsException>(() => new TrainingLoop(new ToyJob(), options with { BatchSize = 0, LearningRate = 2 }, new FitContext()));
        Assert.ThrowsExactly<OptionsException>(() => new TrainingLoop(new ToyJob(byRows: false), options with { Adversarial = AdversarialTraining.Fgm }, new FitContext()));
        Assert.ThrowsExactly<TrainingException>(() => new TrainingLoop(new ToyJob(count: 0), options, new FitContext()));
    }

    [TestMethod, Timeout(120_000)]
    public void Two_hundred_steps_leave_no_tensors_behind()
    {
        ToyJob job = new(count: 320);
        List<long> alive = [];
        job.OnLoss = () => alive.Add(torch.Tensor.TotalCount);

        TrainingOutcome outcome = new TrainingLoop(job, options with { Epochs = 10, Adversarial = AdversarialTraining.Fgm, Averaging = WeightAveraging.Exponential }, new FitContext()).Run();

        Assert.AreEqual(200, outcome.Steps);
        Assert.IsLessThanOrEqualTo(alive[20] + 30, alive[^1]);
    }

    private static float[] Train(int seed)
    {
        ToyJob job = new();
        new TrainingLoop(job, options, new FitContext { Seed = seed }).Run();
        return job.Values();
    }
}
