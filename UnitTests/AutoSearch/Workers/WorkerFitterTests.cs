using System.Diagnostics;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes.Tests;

[TestClass, DoNotParallelize]
public sealed class WorkerFitterTests
{
    private static WorkerFitter always = null!;

    [ClassInitialize]
    public static void Start(TestContext _) => always = Fitter(Isolation.Always);

    [ClassCleanup]
    public static void End() => always.Dispose();

    public static IEnumerable<object[]> TrainersAndTasks => from task in Enum.GetValues<MLTask>() from trainer in Catalog.Trainers where trainer.Card.Serves(task) select new object[] { trainer.Card.Key, task };

    [TestMethod, DynamicData(nameof(TrainersAndTasks))]
    public void A_worker_learns_the_same_model_bit_for_bit(string key, MLTask task)
    {
        TrainingSet train = Set(task, 150, 1), validation = Set(task, 50, 2);
        TrainerEntry entry = Catalog.Trainer(key)!;
        DataShape shape = TrainerComposition.ShapeFor(entry.Card, train.Shape);
        ISearchSpace space = entry.Space(shape);
        ITrainer trainer = TrainerComposition.ForTask(space.At(space.Knobs.Select((_, i) => 0.3 + (0.01 * i)).ToArray()), entry.Card, task)!;
        FitContext context = new() { Seed = 5, Threads = 1, Validation = entry.Card.StopsEarly ? validation : null };
        // A yardstick is fitted here in any case.
        TrainerCard card = entry.Card with { IsBaseline = false };

        IModel here = trainer.FitChecked(train, context), there = always.Fit(card, trainer, train, context);

        CollectionAssert.AreEqual(Bytes(here), Bytes(there));
    }

    [TestMethod]
    public void Predictions_out_of_bag_come_back_as_they_are()
    {
        TrainingSet train = Set(MLTask.Multiclass, 150, 1);
        IOutOfBagTrainer trainer = Catalog.Trainers.Select(t => t.Create()).OfType<IOutOfBagTrainer>().First(t => t.LeavesRowsOut);
        FitContext context = new() { Seed = 5, Threads = 1 };

        OutOfBagFit here = trainer.FitOutOfBagChecked(train, context), there = always.FitOutOfBag(NoisyTrainer.Card, trainer, train, context);

        CollectionAssert.AreEqual(Bytes(here.Model), Bytes(there.Model));
        CollectionAssert.AreEqual(here.Predictions, there.Predictions);
    }

    [TestMethod]
    public void Weights_and_sparse_features_arrive_as_they_are()
    {
        float[] values = [1, 2, 3, 4, 5, 6];
        FeatureInfo[] infos = [new("a", "a"), new("b=x", "b", 3), new("c", "c")];
        TrainingSet sparse = new(FeatureMatrix.Sparse(values, [0, 1, 2, 0, 1, 2], [0, 1, 3, 3, 4, 6], infos), new Target("y", MLTask.Regression, [1, 2, 3, 4, 9], []), [1, 2, 3, 1, 1]);
        string folder = Directory.CreateTempSubdirectory().FullName;

        SharedSets shared = new(folder);
        SetReference stored = shared.Share(sparse), again = shared.Share(sparse);
        FeatureMatrix matrix = MatrixFile.Read(SetReference.MatrixPath(folder, stored.Matrix));
        TrainingSet read = SharedSets.Read(SetReference.TargetPath(folder, stored.Target), matrix);

        Assert.AreEqual(stored, again);
        CollectionAssert.AreEqual(values, matrix.Values.ToArray());
        CollectionAssert.AreEqual(sparse.Features.Indices.ToArray(), matrix.Indices.ToArray());
        CollectionAssert.AreEqual(sparse.Features.RowStarts.ToArray(), matrix.RowStarts.ToArray());
        CollectionAssert.AreEqual(infos, matrix.Features.ToArray());
        CollectionAssert.AreEqual(sparse.Labels.ToArray(), read.Labels.ToArray());
        CollectionAssert.AreEqual(sparse.Weights.ToArray(), read.Weights.ToArray());
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [DataRow("aborted", typeof(AbortTrainer), "the trainer gave up")]
    [DataRow("exit code 0", typeof(LeavingTrainer), "")]
    [DataRow("worker process", typeof(SegfaultTrainer), "")]
    public void A_crash_says_how_the_worker_ended(string how, Type type, string words)
    {
        TrainingSet train = Set(MLTask.Binary, 60, 1);
        ITrainer trainer = (ITrainer)Activator.CreateInstance(type)!;

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() => always.Fit(Hostile.Card("hostile"), trainer, train, new FitContext()));
        IModel after = always.Fit(Hostile.Card("test-noisy"), new NoisyTrainer(), train, new FitContext());

        StringAssert.Contains(error.Message, OperatingSystem.IsWindows() ? "worker process" : how);
        StringAssert.Contains(error.Message, words);
        Assert.IsNotNull(after);
    }

    [TestMethod]
    public async Task A_fit_that_hears_nothing_is_ended_when_cancelled()
    {
        using WorkerTraces traces = new();
        using WorkerFitter fitter = Fitter(Isolation.Auto);
        using CancellationTokenSource cancel = new();
        Task<IModel> fit = Task.Run(() => fitter.Fit(DeafTrainer.Card, new DeafTrainer(), Set(MLTask.Binary, 60, 1), new FitContext { Cancel = cancel.Token }));
        await WorkerTraces.UntilAsync(() => traces.Found.Length == 1, "the fit began");

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => fit);
        await WorkerTraces.UntilAsync(() => !WorkerTraces.IsAlive(traces.Found[0]), "the worker has ended");
    }

    [TestMethod]
    public void A_fit_that_hears_nothing_is_ended_after_its_deadline()
    {
        FitContext context = new() { Deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(0.5) };

        Assert.ThrowsExactly<TimeoutException>(() => always.Fit(DeafTrainer.Card, new DeafTrainer(), Set(MLTask.Binary, 60, 1), context));
    }

    [TestMethod]
    public void A_fit_that_takes_memory_without_end_is_ended_and_the_figures_are_named()
    {
        long limit = ResidentMemory.Of(Environment.ProcessId) + (600L << 20);
        using WorkerFitter fitter = new(Isolation.Auto, limit, isLimited: true, fits: 2, () => { });

        SkipTrialException error = Assert.ThrowsExactly<SkipTrialException>(() => fitter.Fit(GreedyTrainer.Card, new GreedyTrainer(), Set(MLTask.Binary, 60, 1), new FitContext()));

        StringAssert.Contains(error.Message, $"the limit is {limit >> 20} MB");
        Assert.IsFalse(error.IsForTime);
    }

    [TestMethod]
    public void A_failure_in_a_worker_reads_as_one_in_this_process()
    {
        TrainingException error = Assert.ThrowsExactly<TrainingException>(() => always.Fit(CrashingTrainer.Card, new CrashingTrainer(), Set(MLTask.Binary, 60, 1), new FitContext()));

        Assert.AreEqual("DivideByZeroException: as it always does", error.Message);
    }

    [TestMethod]
    public async Task A_worker_whose_parent_is_killed_ends_itself()
    {
        using WorkerTraces traces = new();
        using WorkerFitter fitter = Fitter(Isolation.Auto);
        Task<IModel> fit = Task.Run(() => fitter.Fit(NestingTrainer.Card, new NestingTrainer(), Set(MLTask.Binary, 60, 1), new FitContext()));
        await WorkerTraces.UntilAsync(() => traces.Found.Length > 0 || fit.IsCompleted, "a worker's own worker is at work");
        Assert.IsFalse(fit.IsCompleted, fit.Exception?.InnerException?.Message);

        using (Process parent = Process.GetProcessById(fitter.Workers.Single())) parent.Kill();

        await Assert.ThrowsAsync<TrainingException>(() => fit);
        await WorkerTraces.UntilAsync(() => !traces.Found.Any(WorkerTraces.IsAlive), "no worker is left");
    }

    [TestMethod]
    public async Task The_worker_that_knows_the_rows_is_preferred_and_all_end_with_the_study()
    {
        TrainingSet one = Set(MLTask.Binary, 60, 1), two = Set(MLTask.Binary, 60, 2);
        int[] ids;
        using (WorkerFitter fitter = Fitter(Isolation.Always))
        {
            fitter.Fit(NoisyTrainer.Card, new NoisyTrainer(), one, new FitContext());
            fitter.Fit(NoisyTrainer.Card, new NoisyTrainer(), two, new FitContext());
            ids = fitter.Workers;
        }

        Assert.HasCount(1, ids);
        await WorkerTraces.UntilAsync(() => ids.All(id => !WorkerTraces.IsAlive(id)), "no worker is left");
    }

    private static WorkerFitter Fitter(Isolation isolation) => new(isolation, 64L << 30, isLimited: false, fits: 2, () => { });

    private static byte[] Bytes(IModel model)
    {
        using MemoryStream bytes = new();
        new PlainWriter(bytes).Part(model);
        return bytes.ToArray();
    }

    private static TrainingSet Set(MLTask task, int rows, int seed)
    {
        Random random = new(seed);
        float[] values = new float[rows * 4], labels = new float[rows];
        for (int i = 0; i < rows; i++)
        {
            for (int f = 0; f < 4; f++) values[(i * 4) + f] = (float)random.NextDouble();
            float score = values[i * 4] + (values[(i * 4) + 1] * 0.5f) + (0.2f * (float)random.NextDouble());
            labels[i] = task switch { MLTask.Binary => score > 0.85 ? 1 : 0, MLTask.Multiclass => score < 0.7 ? 0 : score < 1 ? 1 : 2, _ => score };
        }
        string[] classes = task switch { MLTask.Binary => ["no", "yes"], MLTask.Multiclass => ["a", "b", "c"], _ => [] };
        return new TrainingSet(FeatureMatrix.Dense(values, 4), new Target("label", task, labels, classes));
    }
}
