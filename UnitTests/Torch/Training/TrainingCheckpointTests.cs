using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TrainingCheckpointTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-checkpoint-").FullName;

    public TrainingCheckpointTests() => TorchRuntime.Load();

    [TestCleanup]
    public void Clean() => Directory.Delete(folder, recursive: true);

    [TestMethod, DataRow(WeightAveraging.None), DataRow(WeightAveraging.Exponential), DataRow(WeightAveraging.Last)]
    public void A_resumed_run_equals_an_unbroken_one_bit_for_bit(WeightAveraging averaging)
    {
        TrainingOptions options = new() { Epochs = 4, BatchSize = 16, LearningRate = 1e-2, CheckpointSteps = 7, Averaging = averaging, Adversarial = AdversarialTraining.FreeLb };
        ToyJob unbroken = new();
        TrainingOutcome whole = new TrainingLoop(unbroken, options, new FitContext { Seed = 3 }).Run();

        // Ended twice, the second time in the middle of an epoch and between two checkpoints.
        Break(options, after: 20);
        Break(options, after: 16);
        ToyJob resumed = new();
        TrainingOutcome rest = new TrainingLoop(resumed, options with { CheckpointFolder = folder }, new FitContext { Seed = 3 }).Run();

        CollectionAssert.AreEqual(unbroken.Values(), resumed.Values());
        Assert.AreEqual(whole.Score, rest.Score);
        Assert.AreEqual(whole.Steps, rest.Steps);
        Assert.AreEqual(whole.BestStep, rest.BestStep);
        Assert.AreEqual(whole.Loss, rest.Loss);
        Assert.IsLessThan(50, resumed.Updates.Count);
    }

    [TestMethod]
    public void A_finished_training_is_not_made_again()
    {
        TrainingOptions options = new() { Epochs = 2, BatchSize = 16, LearningRate = 1e-2, CheckpointFolder = folder };
        ToyJob first = new(), second = new();

        new TrainingLoop(first, options, new FitContext()).Run();
        TrainingOutcome again = new TrainingLoop(second, options, new FitContext()).Run();

        Assert.IsEmpty(second.Updates);
        Assert.AreEqual(32, again.Steps);
        CollectionAssert.AreEqual(first.Values(), second.Values());
    }

    [TestMethod]
    public void Refuses_the_checkpoint_of_another_training()
    {
        TrainingOptions options = new() { Epochs = 1, CheckpointFolder = folder };
        new TrainingLoop(new ToyJob(), options, new FitContext()).Run();

        TorchException seed = Assert.ThrowsExactly<TorchException>(() => new TrainingLoop(new ToyJob(), options, new FitContext { Seed = 1 }).Run());
        TorchException rows = Assert.ThrowsExactly<TorchException>(() => new TrainingLoop(new ToyJob(count: 100), options, new FitContext()).Run());
        TorchException rate = Assert.ThrowsExactly<TorchException>(() => new TrainingLoop(new ToyJob(), options with { LearningRate = 0.1 }, new FitContext()).Run());

        foreach (TorchException error in (TorchException[])[seed, rows, rate]) Assert.Contains("another training", error.Message);
    }

    [TestMethod]
    public void A_damaged_checkpoint_is_an_error_that_names_the_file()
    {
        TrainingOptions options = new() { Epochs = 1, CheckpointFolder = folder };
        new TrainingLoop(new ToyJob(), options, new FitContext()).Run();
        string file = Directory.GetFiles(folder).Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..2000]);

        TorchException error = Assert.ThrowsExactly<TorchException>(() => new TrainingLoop(new ToyJob(), options, new FitContext()).Run());

        Assert.Contains(file, error.Message);
    }

    [TestMethod]
    public void A_folder_that_can_not_be_made_is_refused()
    {
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");

        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => new TrainingLoop(new ToyJob(), new TrainingOptions { CheckpointFolder = Path.Combine(file, "below") }, new FitContext()).Run());
        OptionsException log = Assert.ThrowsExactly<OptionsException>(() => new TrainingLoop(new ToyJob(), new TrainingOptions { LogFolder = Path.Combine(file, "below") }, new FitContext()).Run());

        Assert.Contains("CheckpointFolder", error.Message);
        Assert.Contains("LogFolder", log.Message);
    }

    [TestMethod]
    public void TensorBoard_files_hold_an_event_an_update_and_one_a_validation()
    {
        new TrainingLoop(new ToyJob(), new TrainingOptions { Epochs = 2, BatchSize = 16, LogFolder = folder }, new FitContext()).Run();

        byte[] log = File.ReadAllBytes(Directory.GetFiles(folder, "events.out.tfevents.*").Single());
        int events = 0;
        for (int at = 0; at < log.Length; events++) at += 16 + (int)BitConverter.ToUInt64(log, at);
        string text = System.Text.Encoding.Latin1.GetString(log);

        Assert.AreEqual(1 + 32 + 2, events);
        foreach (string tag in (string[])["train/loss", "train/rate", "train/gradient_norm", "train/tokens_per_second", "validation/accuracy"]) Assert.Contains(tag, text);
    }

    private void Break(TrainingOptions options, int after)
    {
        using CancellationTokenSource cancel = new();
        ToyJob job = new();
        int losses = 0;
        job.OnLoss = () =>
        {
            if (++losses == after * options.AdversarialSteps) cancel.Cancel();
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => new TrainingLoop(job, options with { CheckpointFolder = folder }, new FitContext { Seed = 3, Cancel = cancel.Token }).Run());
    }
}
