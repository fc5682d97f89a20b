using System.Diagnostics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>Long fits end when told to.</summary>
[TestClass, DoNotParallelize]
public sealed class FitEndTests
{
    // Far above what the trainers take (0.1 s), because the machine may be busy.
    // Early enough that no fit has ended by itself.
    private static readonly TimeSpan after = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan grace = TimeSpan.FromSeconds(1.5);

    private static readonly Lazy<Dictionary<MLTask, TrainingSet>> large = new(() => new()
    {
        [MLTask.Binary] = Synthetic.Binary(100_000, 20),
        [MLTask.Multiclass] = Synthetic.Multiclass(100_000, 20, classes: 8),
        [MLTask.Regression] = Synthetic.Regression(100_000, 20),
    });

    public static IEnumerable<object[]> Long() =>
    [
        [new SdcaLogisticRegression { Passes = 10_000, Tolerance = 1e-9 }, MLTask.Binary],
        [new SdcaMaximumEntropy { Passes = 10_000, Tolerance = 1e-9 }, MLTask.Multiclass],
        [new SdcaLinearRegression { Passes = 10_000, Tolerance = 1e-9 }, MLTask.Regression],
        [new LbfgsLogisticRegression { Tolerance = 1e-30, Iterations = 1_000_000 }, MLTask.Binary],
        [new LbfgsMaximumEntropy { Tolerance = 1e-30, Iterations = 1_000_000 }, MLTask.Multiclass],
        [new AveragedPerceptron { Passes = 100_000 }, MLTask.Binary],
        [new FastTree { Trees = 20_000 }, MLTask.Binary],
        [new FastTree { Trees = 20_000 }, MLTask.Regression],
        [new FastForest { Trees = 20_000 }, MLTask.Binary],
        [new FastForest { Trees = 20_000 }, MLTask.Regression],
        [new Calibrated(new AveragedPerceptron { Passes = 100_000 }), MLTask.Binary],
        [new OneVersusAll(new FastTree { Trees = 20_000 }), MLTask.Multiclass],
    ];

    public static IEnumerable<object[]> KeepingPartial() =>
    [
        [new LinearSvm { Passes = 1_000_000, Tolerance = 1e-15, Loss = SvmLoss.Hinge, C = 1 }, MLTask.Binary],
        [new Gam { Rounds = 100_000 }, MLTask.Binary],
        [new Calibrated(new LinearSvm { Passes = 1_000_000, Tolerance = 1e-15, Loss = SvmLoss.Hinge, C = 1 }), MLTask.Binary],
        [new OneVersusAll(new Gam { Rounds = 100_000 }), MLTask.Multiclass],
    ];

    [TestMethod, DynamicData(nameof(Long)), DynamicData(nameof(KeepingPartial)), TestCategory("Slow")]
    public void A_cancelled_fit_ends_at_once(ITrainer trainer, MLTask task)
    {
        using CancellationTokenSource source = new();
        TrainingSet data = large.Value[task];
        source.CancelAfter(after);
        Stopwatch clock = Stopwatch.StartNew();

        Assert.Throws<OperationCanceledException>(() => trainer.FitChecked(data, new FitContext { Threads = 2, Cancel = source.Token }));

        Console.WriteLine($"{trainer.GetType().Name}: ended {(clock.Elapsed - after).TotalSeconds:F2} s after");
        Assert.IsLessThan((after + grace).TotalSeconds, clock.Elapsed.TotalSeconds);
    }

    [TestMethod, DynamicData(nameof(Long)), TestCategory("Slow")]
    public void A_deadline_without_a_model_is_a_timeout(ITrainer trainer, MLTask task)
    {
        TrainingSet data = large.Value[task];
        Stopwatch clock = Stopwatch.StartNew();

        TimeoutException error = Assert.ThrowsExactly<TimeoutException>(() =>
            trainer.FitChecked(data, new FitContext { Threads = 2, Deadline = DateTimeOffset.UtcNow + after }));

        Assert.Contains("deadline", error.Message);
        Assert.IsLessThan((after + grace).TotalSeconds, clock.Elapsed.TotalSeconds);
    }

    [TestMethod, DynamicData(nameof(KeepingPartial)), TestCategory("Slow")]
    public void A_deadline_gives_the_model_so_far(ITrainer trainer, MLTask task)
    {
        TrainingSet data = large.Value[task];
        Stopwatch clock = Stopwatch.StartNew();

        IModel model = trainer.FitChecked(data, new FitContext { Threads = 2, Deadline = DateTimeOffset.UtcNow.AddSeconds(0.8) });

        Assert.IsLessThan(0.8 + grace.TotalSeconds, clock.Elapsed.TotalSeconds);
        // How far it came depends on the machine; that it learned anything at all is asked of one that starts learning at once.
        Assert.HasCount(data.Rows * model.OutputCount, model.PredictAll(data.Features));
        if (trainer is LinearSvm) Assert.IsGreaterThan(0.6, Synthetic.Accuracy(model, data));
    }

    [TestMethod]
    public void Parallel_fits_of_one_tree_trainer_wait_for_each_other_and_can_be_cancelled_while_waiting()
    {
        using CancellationTokenSource holder = new(), waiter = new();
        TrainingSet data = large.Value[MLTask.Binary];
        Task first = Task.Run(() => new FastTree { Trees = 20_000 }.FitChecked(data, new FitContext { Threads = 1, Cancel = holder.Token }));
        waiter.CancelAfter(300);

        Assert.Throws<OperationCanceledException>(() => new FastTree().FitChecked(data, new FitContext { Threads = 1, Cancel = waiter.Token }));

        holder.Cancel();
        Assert.Throws<AggregateException>(() => first.Wait(TimeSpan.FromSeconds(10)));
    }
}
