using System.Diagnostics;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class EntitySearchTests
{
    [TestMethod]
    public void Tries_light_models_first_judges_them_on_documents_held_out_and_keeps_the_best()
    {
        List<EntityTrial> told = [];

        EntitySearchResult result = EntitySearch.Run(new EntitySearchOptions { Data = Names.Sentences(150, 1), Time = TimeSpan.FromSeconds(25), Threads = 1, Encoder = null, Trials = new Told(told) });
        using EntityTagger tagger = result.Tagger;

        Assert.AreEqual("crf", told[0].Trainer);
        Assert.IsTrue(result.Trials.SequenceEqual(told));
        Assert.IsTrue(result.Trials.All(t => t.F1 is null || t.F1 <= result.Best.F1));
        Assert.AreEqual(result.Validation!.F1, tagger.Manifest.Metrics["f1"]);
        Assert.IsGreaterThan(0.95, tagger.Evaluate(Names.Sentences(60, 2)).F1);
    }

    [TestMethod]
    public void An_encoder_that_is_named_is_fine_tuned_and_may_be_mixed_with_the_light_model()
    {
        EntitySearchResult result = EntitySearch.Run(new EntitySearchOptions { Data = Names.Sentences(150, 1), Time = TimeSpan.FromSeconds(25), Threads = 1, Encoder = TinyEncoder.Folder });
        using EntityTagger tagger = result.Tagger;

        Assert.IsTrue(result.Trials.Any(t => t.Trainer == "encoder" && t.F1 > 0));
        Assert.IsGreaterThan(0.9, tagger.Evaluate(Names.Sentences(60, 2)).F1);
    }

    [TestMethod, DataRow(3, 3, DisplayName = "as often as it may"), DataRow(1, 2, DisplayName = "what fails costs itself alone")]
    public void With_time_left_the_encoder_is_fitted_again_on_all_documents_and_the_result_is_saved_whole(int good, int fits)
    {
        int made = 0;
        IEntityTrainer Create() => made++ < good ? EncoderEntityTrainer.For(TinyEncoder.Folder, 150) : throw new TrainingException("test", "this fit fails.");
        EntitySearchOptions options = new() { Data = Names.Sentences(150, 1), Time = TimeSpan.FromSeconds(100), Threads = 1, Encoder = TinyEncoder.Folder };

        EntitySearchResult result = new EntitySearchRun(options, [new EntityCandidate("encoder", Create, 0, IsCheap: false, MayFail: false)], CancellationToken.None).Run();
        using EntityTagger tagger = result.Tagger;
        using MemoryStream stream = new();
        tagger.Save(stream);
        stream.Position = 0;
        using EntityTagger loaded = EntityTagger.Load(stream);

        Assert.AreEqual(fits, made);
        Assert.AreEqual(good > 1, result.IsRefitted);
        Assert.AreEqual(result.Validation!.F1, loaded.Manifest.Metrics["f1"]);
        Assert.IsTrue(stream.Length / (double)new FileInfo(Path.Combine(TinyEncoder.Folder, "model.safetensors")).Length is var size && good > 1 ? size > 2 : size < 2, "three encoders, or one");
        Assert.AreEqual(tagger.Evaluate(Names.Sentences(60, 2)).F1, loaded.Evaluate(Names.Sentences(60, 2)).F1, 1e-9);
    }

    [TestMethod]
    public void A_budget_is_kept_and_what_does_not_fit_is_skipped_with_its_reason()
    {
        Stopwatch watch = Stopwatch.StartNew();

        EntitySearchResult result = EntitySearch.Run(new EntitySearchOptions { Data = Names.Sentences(400, 1), Time = TimeSpan.FromSeconds(4), Threads = 1, Encoder = null });
        result.Tagger.Dispose();

        Assert.IsLessThan(5.5, watch.Elapsed.TotalSeconds);
        Assert.IsTrue(result.Trials.Any(t => t.IsSkipped && t.Problem!.Contains("s, which are not left", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Where_the_time_was_over_before_it_began_there_is_a_model_that_nobody_judged()
    {
        EntitySearchOptions options = new() { Data = Names.Sentences(400, 1), Time = TimeSpan.FromSeconds(60), Started = TimeProvider.System.GetUtcNow().AddSeconds(-60), Threads = 1, Encoder = TinyEncoder.Folder };

        EntitySearchResult result = EntitySearch.Run(options);
        result.Tagger.Dispose();

        Assert.AreEqual(("crf", null), (result.Best.Trainer, result.Best.F1));
        Assert.IsFalse(result.IsRefitted);
        Assert.IsTrue(result.Trials.Single(t => t.Trainer == "encoder").IsSkipped);
    }

    [TestMethod]
    public void Time_for_tagging_and_saving_is_kept_as_measured()
    {
        ManualClock clock = new();
        EntityClock time = new(new EntitySearchOptions { Data = Names.Sentences(400, 1), Time = TimeSpan.FromSeconds(100), Clock = clock, Threads = 1, WordsAfter = 3000, Encoder = null });
        TimeSpan before = time.Left(isSlow: true)!.Value, judging = time.Judging(isSlow: true);

        time.Tagged(isSlow: true, words: 1000, TimeSpan.FromSeconds(10));
        TimeSpan after = time.Left(isSlow: true)!.Value;
        clock.Advance(TimeSpan.FromSeconds(20));

        Assert.IsInRange(96, 98, before.TotalSeconds);
        // 3000 words at 100 a second, and half of that again in case it goes slower.
        Assert.IsInRange(53, 55, after.TotalSeconds);
        Assert.IsGreaterThan(10, time.Judging(isSlow: true) / judging);
        Assert.AreEqual(20, (after - time.Left(isSlow: true)!.Value).TotalSeconds, 1e-6);
    }

    [TestMethod]
    public void Few_documents_are_all_learned_from()
    {
        EntitySearchResult result = EntitySearch.Run(new EntitySearchOptions { Data = Names.Sentences(8, 1), Time = TimeSpan.FromSeconds(5), Threads = 1, Encoder = null });

        Assert.IsNull(result.Validation);
        Assert.AreEqual(("crf", 8), (result.Best.Trainer, result.Tagger.Manifest.Documents));
    }

    [TestMethod]
    public void Cancelled_before_there_is_a_result_it_ends_and_after_that_it_gives_the_best_so_far()
    {
        EntitySearchOptions options = new() { Data = Names.Sentences(150, 1), Threads = 1, Encoder = null };
        using CancellationTokenSource stop = new();

        EntitySearchResult result = EntitySearch.Run(options with { Trials = new Told([], stop.Cancel) }, stop.Token);

        Assert.IsTrue(result.IsCancelled);
        Assert.AreEqual("crf", result.Best.Trainer);
        Assert.ThrowsExactly<OperationCanceledException>(() => EntitySearch.Run(options, new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void Same_seed_gives_the_same_light_result()
    {
        string first = Found(), again = Found();

        Assert.AreEqual(first, again);

        static string Found()
        {
            EntitySearchResult result = EntitySearch.Run(new EntitySearchOptions { Data = Names.Sentences(60, 1), Time = TimeSpan.FromSeconds(4), Threads = 1, Encoder = null, Seed = 5 });
            return $"{result.Best.F1} {string.Join(' ', result.Tagger.Find("Anna lives in Oslo ."))}";
        }
    }

    private sealed class Told(List<EntityTrial> trials, Action? then = null) : IProgress<EntityTrial>
    {
        public void Report(EntityTrial value)
        {
            trials.Add(value);
            then?.Invoke();
        }
    }
}
