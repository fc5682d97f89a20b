using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>What a fit of a text encoder reads and leaves on the disk beside its model, and how it ends where time is short.</summary>
[TestClass]
public sealed class TextEncoderFilesTests
{
    private static ToyEncoder toy = null!;

    [ClassInitialize]
    public static void Make(TestContext context) => toy = new ToyEncoder();

    [ClassCleanup]
    public static void Clean() => toy.Dispose();

    private static TextEncoderTrainer Trainer => new() { Encoder = toy.Folder, Epochs = 4, LearningRate = 1e-2, BatchSize = 16, Pooling = TextPooling.Mean, Precision = TrainingPrecision.Float32 };

    [TestMethod, DataRow(Adaptation.LoRA), DataRow(Adaptation.AdaLora), DataRow(Adaptation.BitFit)]
    public void An_adapter_is_written_alone_and_gives_the_same_encoder_when_it_is_merged(Adaptation adaptation)
    {
        using EncoderCases.Folder folder = new();
        TrainingSet data = toy.Binary();
        IModel model = (Trainer with { Adaptation = adaptation, Adapter = new AdaptationOptions { SaveTo = folder.Path } }).FitChecked(data, new FitContext { Seed = 1 });

        // One step so small that the head alone tells the two apart; its encoder is the merged one.
        TextEncoderTrainer still = Trainer with { Epochs = 1, LearningRate = 1e-12, Adaptation = Adaptation.HeadOnly, Adapter = new AdaptationOptions { StartFrom = folder.Path } };
        TextEncoderModel merged = (TextEncoderModel)still.FitChecked(data, new FitContext { Seed = 1 });

        (_, float[] expected) = ((TextEncoderModel)model).Outputs(data.Features, CancellationToken.None);
        (_, float[] found) = merged.Outputs(data.Features, CancellationToken.None);
        (_, float[] before) = ((TextEncoderModel)(still with { Adapter = new AdaptationOptions() }).FitChecked(data, new FitContext { Seed = 1 })).Outputs(data.Features, CancellationToken.None);
        Assert.IsLessThan(1e-4, Distance(expected, found));
        Assert.IsGreaterThan(1e-2, Distance(expected, before));
        long whole = new FileInfo(Path.Combine(toy.Folder, "model.safetensors")).Length;
        Assert.IsLessThan(whole / 2, new FileInfo(Path.Combine(folder.Path, "adapter_model.safetensors")).Length);
    }

    [TestMethod, DataRow(Adaptation.Full), DataRow(Adaptation.HeadOnly)]
    public void What_makes_no_adapter_can_store_none(Adaptation adaptation)
    {
        using EncoderCases.Folder folder = new();

        OptionsException refusal = Assert.ThrowsExactly<OptionsException>(() => (Trainer with { Adaptation = adaptation, Adapter = new AdaptationOptions { SaveTo = folder.Path } }).FitChecked(toy.Binary(40), new FitContext()));

        Assert.Contains("SaveTo", refusal.Message);
    }

    [TestMethod]
    public void Folders_that_do_not_serve_are_refused()
    {
        using EncoderCases.Folder folder = new();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "no folder");
        TrainingSet data = toy.Binary(40);

        OptionsException taken = Assert.ThrowsExactly<OptionsException>(() => (Trainer with { Adaptation = Adaptation.LoRA, Adapter = new AdaptationOptions { SaveTo = file } }).FitChecked(data, new FitContext()));
        TorchException empty = Assert.ThrowsExactly<TorchException>(() => (Trainer with { Adapter = new AdaptationOptions { StartFrom = folder.Path } }).FitChecked(data, new FitContext()));

        Assert.Contains(file, taken.Message);
        Assert.Contains("adapter_config.json", empty.Message);
    }

    [TestMethod]
    public void A_prefix_can_not_be_started_from()
    {
        using EncoderCases.Folder folder = new();
        TrainingSet data = toy.Binary(40);
        (Trainer with { Epochs = 1, Adaptation = Adaptation.Prefix, Adapter = new AdaptationOptions { VirtualTokens = 4, SaveTo = folder.Path } }).FitChecked(data, new FitContext());

        TorchException refusal = Assert.ThrowsExactly<TorchException>(() => (Trainer with { Adapter = new AdaptationOptions { StartFrom = folder.Path } }).FitChecked(data, new FitContext()));

        Assert.Contains("can't be merged", refusal.Message);
    }

    [TestMethod]
    public void A_fit_that_was_ended_goes_on_from_its_checkpoint_and_writes_its_log()
    {
        using EncoderCases.Folder folder = new();
        string checkpoint = Path.Combine(folder.Path, "checkpoint"), log = Path.Combine(folder.Path, "log");
        TrainingSet data = toy.Binary();
        float[] unbroken = Trainer.FitChecked(data, new FitContext { Seed = 1 }).ScoreAll(data.Features);
        using CancellationTokenSource stop = new();
        TextEncoderTrainer kept = Trainer with { CheckpointFolder = checkpoint, LogFolder = log };
        // Ends it in the second pass.
        StopIn stopper = new(stop, "epoch 2");
        Assert.Throws<OperationCanceledException>(() => kept.FitChecked(data, new FitContext { Seed = 1, Time = new TickingClock(), Cancel = stop.Token, Progress = stopper }));

        float[] resumed = kept.FitChecked(data, new FitContext { Seed = 1 }).ScoreAll(data.Features);

        CollectionAssert.AreEqual(unbroken, resumed);
        Assert.IsNotEmpty(Directory.GetFiles(log, "*tfevents*"));
    }

    [TestMethod]
    public void The_head_alone_learns_from_as_many_rows_as_there_is_time_to_embed()
    {
        TrainingSet data = toy.Binary(3000);
        TextEncoderTrainer head = Trainer with { Adaptation = Adaptation.HeadOnly, Epochs = 60 };
        TickingClock clock = new();

        IModel model = head.FitChecked(data, new FitContext { Seed = 1, Time = clock, Deadline = DateTimeOffset.UnixEpoch.AddSeconds(30), Validation = toy.Binary(50, seed: 3) });

        Assert.IsLessThan(47, clock.Reads, "3,000 rows are 47 batches, and it looks at the clock before each");
        Assert.IsGreaterThan(1, model.ScoreAll(data.Features).Distinct().Count());
    }

    [TestMethod]
    public void Of_the_rows_as_many_are_embedded_as_there_is_time_for_and_they_are_a_fair_sample()
    {
        TrainingSet data = toy.Binary(3000);
        TextShape shape = new(TokenLayout.Of(data.Features.Features), Tokenizers.Load(toy.Folder).Special, 16, LongTexts.Cut, TextPooling.Mean);
        using DisposeScope scope = NewDisposeScope();
        using TextEncoder encoder = TextEncoder.Load(toy.Folder, CPU);
        using TextNetwork network = new(encoder, OwnedWeight.Of(zeros(1, encoder.Config.HiddenSize)), OwnedWeight.Of(zeros(1)), TextPooling.Mean, LongTexts.Cut);
        WindowedRows rows = new(data.Features, 0, data.Rows, shape.Cut(), CancellationToken.None);

        (int[] some, Tensor?[] vectors) = TextScoring.Vectors(network, rows, 0, new FitContext { Seed = 1, Time = new TickingClock(), Deadline = DateTimeOffset.UnixEpoch.AddSeconds(10) });
        (int[] all, _) = TextScoring.Vectors(network, rows, 0, new FitContext { Seed = 1 });

        // A second for each batch of 64, and the first is made in any case.
        Assert.IsInRange(10 * 64, 11 * 64, some.Length);
        Assert.AreEqual(Enumerable.Range(0, 3000).Average(rows.TokensOf), some.Average(rows.TokensOf), 0.5, "neither the long ones first nor the short ones");
        Assert.AreEqual(some.Length, vectors.Count(v => v is not null));
        Assert.IsInRange(1300, 1700, some.Average());
        CollectionAssert.AreEqual(Enumerable.Range(0, 3000).ToArray(), all);
    }

    [TestMethod]
    public void A_teacher_without_time_to_score_all_rows_is_done_without()
    {
        TrainingSet data = toy.Binary(2000);
        TickingClock clock = new();
        List<string> told = [];

        IModel model = (Trainer with { Teacher = toy.Folder }).FitChecked(data, new FitContext { Seed = 1, Time = new Late(clock), Deadline = DateTimeOffset.UnixEpoch.AddSeconds(60), Progress = new Told(told.Add) });

        Assert.AreEqual(1, model.OutputCount);
        Assert.IsTrue(told.Any(t => t.Contains("learning from the labels alone", StringComparison.Ordinal)), string.Join("; ", told));
    }

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    // Timers of this clock have run out before they are set: nothing that is to end by one is ever in time.
    private sealed class Late(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Told(Action<string> tell) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => tell(value.What);
    }

    private sealed class StopIn(CancellationTokenSource stop, string where) : IProgress<FitProgress>
    {
        public void Report(FitProgress value)
        {
            if (value.What.StartsWith(where, StringComparison.Ordinal)) stop.Cancel();
        }
    }
}
