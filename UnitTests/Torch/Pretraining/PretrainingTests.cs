using System.Text.Json;
using MLPipes.Pipelines;
using TorchSharp;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Pre-training of small encoders on a made-up language.</summary>
[TestClass]
public sealed class PretrainingTests
{
    private static readonly PretrainingOptions small = new()
    {
        Epochs = 3,
        MaxLength = 32,
        BatchSize = 8,
        VocabularySize = 300,
        Layers = 1,
        HiddenSize = 64,
        Precision = TrainingPrecision.Float32,
        Device = TorchDevice.Cpu,
    };

    private static readonly FitContext context = new() { Seed = 1, Threads = 1 };

    /// <summary>Lines of one of four topics each, of three words a topic: what stands around a hidden word tells its topic.</summary>
    internal static string[] Language(int lines, int seed = 1)
    {
        Random random = new(seed);
        string[][] topics = [["alpha", "beta", "gamma"], ["delta", "epsilon", "zeta"], ["eta", "theta", "iota"], ["kappa", "lambda", "omega"]];
        return [.. Enumerable.Range(0, lines).Select(_ =>
        {
            string[] topic = topics[random.Next(topics.Length)];
            return string.Join(' ', Enumerable.Range(0, random.Next(20, 29)).Select(_ => topic[random.Next(3)]));
        })];
    }

    [TestMethod]
    public void Guesses_become_better_than_the_commonest_token()
    {
        using Scratch scratch = new();

        PretrainingResult result = Pretraining.Run(Language(400), scratch.Path, small with { Epochs = 6, LearningRate = 2e-3, HeldOutShare = 0.2 }, context);

        Assert.IsGreaterThan(2 * result.Commonest.Accuracy, result.After.Accuracy);
        Assert.IsLessThan(result.Commonest.Perplexity, result.After.Perplexity);
        Assert.IsLessThan(result.Before.Perplexity, result.After.Perplexity);
        Assert.HasCount(6, result.Epochs);
        CollectionAssert.AreEqual((int[])[1, 2, 3, 4, 5, 6], result.Epochs.Select(e => e.Number).ToArray());
        Assert.IsLessThan(result.Epochs[0].HeldOut.Perplexity, result.Epochs[^1].HeldOut.Perplexity);
        Assert.AreEqual((320, 80), (result.Documents, result.HeldOutDocuments));
        Assert.IsTrue(result.IsHeadFresh);
        Assert.IsFalse(result.IsShortened);
    }

    [TestMethod]
    public void The_result_is_a_directory_that_transformers_reads_and_that_goes_on_where_it_was()
    {
        using Scratch first = new(), second = new();
        PretrainingResult learned = Pretraining.Run(Language(300), first.Path, small, context);

        PretrainingResult further = Pretraining.Run(Language(300), second.Path, small with { Encoder = first.Path, VocabularySize = null, Layers = null, HiddenSize = null, Epochs = 1 }, context);

        Assert.IsFalse(further.IsHeadFresh);
        Assert.AreEqual(learned.After.Perplexity, further.Before.Perplexity, 1e-3 * learned.After.Perplexity);
        Assert.AreEqual(learned.After.Accuracy, further.Before.Accuracy, 1e-9);
        JsonElement config = JsonDocument.Parse(File.ReadAllBytes(first.At("config.json"))).RootElement;
        Assert.AreEqual("BertForMaskedLM", config.GetProperty("architectures")[0].GetString());
        Assert.AreEqual(learned.VocabularySize, config.GetProperty("vocab_size").GetInt32());
        using WeightFiles weights = WeightFiles.Open(second.Path);
        CollectionAssert.AreEquivalent((string[])
        [
            "bert.embeddings.word_embeddings.weight", "bert.embeddings.position_embeddings.weight", "bert.embeddings.token_type_embeddings.weight",
            "bert.embeddings.LayerNorm.weight", "bert.embeddings.LayerNorm.bias",
            .. ((string[])["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm"])
                .SelectMany(n => (string[])[$"bert.encoder.layer.0.{n}.weight", $"bert.encoder.layer.0.{n}.bias"]),
            "cls.predictions.transform.dense.weight", "cls.predictions.transform.dense.bias", "cls.predictions.transform.LayerNorm.weight", "cls.predictions.transform.LayerNorm.bias", "cls.predictions.bias",
        ], weights.Names.ToArray());
        Assert.IsTrue(File.Exists(second.At("vocab.txt")) && File.Exists(second.At("tokenizer.json")) && File.Exists(second.At("tokenizer_config.json")));
        using TextEncoder encoder = TextEncoder.Load(second.Path, torch.CPU);
        Assert.AreEqual(32, encoder.Config.MaxTokens);
    }

    [TestMethod]
    public void Byte_pairs_make_an_encoder_of_the_RoBERTa_kind()
    {
        using Scratch first = new(), second = new();

        PretrainingResult learned = Pretraining.Run(Language(200), first.Path, small with { Vocabulary = PretrainingVocabulary.BytePairs, VocabularySize = 400, Epochs = 1 }, context);
        PretrainingResult further = Pretraining.Run(Language(200), second.Path, small with { Encoder = first.Path, VocabularySize = null, Layers = null, HiddenSize = null, Epochs = 1 }, context);

        Assert.AreEqual(learned.After.Perplexity, further.Before.Perplexity, 1e-3 * learned.After.Perplexity);
        Assert.AreEqual("RobertaForMaskedLM", JsonDocument.Parse(File.ReadAllBytes(first.At("config.json"))).RootElement.GetProperty("architectures")[0].GetString());
        using WeightFiles weights = WeightFiles.Open(first.Path);
        CollectionAssert.Contains(weights.Names.ToArray(), "lm_head.layer_norm.weight");
        CollectionAssert.Contains(weights.Names.ToArray(), "roberta.embeddings.word_embeddings.weight");
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_weights_and_another_one_others()
    {
        using Scratch first = new(), again = new(), other = new();
        PretrainingOptions one = small with { Epochs = 1 };

        Pretraining.Run(Language(100), first.Path, one, context);
        Pretraining.Run(Language(100), again.Path, one, context);
        Pretraining.Run(Language(100), other.Path, one, context with { Seed = 2 });

        CollectionAssert.AreEqual(File.ReadAllBytes(first.At("model.safetensors")), File.ReadAllBytes(again.At("model.safetensors")));
        CollectionAssert.AreNotEqual(File.ReadAllBytes(first.At("model.safetensors")), File.ReadAllBytes(other.At("model.safetensors")));
    }

    [TestMethod]
    public void A_resumed_run_equals_an_unbroken_one()
    {
        using Scratch whole = new(), resumed = new(), checkpoint = new();
        PretrainingOptions options = small with { Epochs = 2, CheckpointFolder = checkpoint.Path };
        Pretraining.Run(Language(100), whole.Path, options with { CheckpointFolder = null }, context);
        using CancellationTokenSource stop = new();

        Assert.ThrowsExactly<OperationCanceledException>(() => Pretraining.Run(Language(100), resumed.Path, options,
            context with { Cancel = stop.Token, Progress = new Stopper(stop, "epoch 1 of 2: held-out") }));
        Assert.IsFalse(File.Exists(resumed.At("model.safetensors")));
        Pretraining.Run(Language(100), resumed.Path, options, context);

        CollectionAssert.AreEqual(File.ReadAllBytes(whole.At("model.safetensors")), File.ReadAllBytes(resumed.At("model.safetensors")));
    }

    [TestMethod]
    public void A_deadline_is_kept_with_a_result_in_hand()
    {
        using Scratch scratch = new();
        DateTimeOffset start = TimeProvider.System.GetUtcNow();

        PretrainingResult result = Pretraining.Run(Language(400), scratch.Path, small with { Epochs = 10_000 }, context with { Deadline = start.AddSeconds(4) });

        Assert.IsTrue(result.IsShortened);
        Assert.IsLessThan(5.5, (TimeProvider.System.GetUtcNow() - start).TotalSeconds);
        Assert.IsTrue(File.Exists(scratch.At("model.safetensors")));
        Assert.IsNotEmpty(result.Epochs);
    }

    [TestMethod]
    public void Texts_that_are_read_slowly_leave_most_of_the_time_to_training()
    {
        using Scratch scratch = new();
        ManualClock clock = new();

        PretrainingResult result = Pretraining.Run(Language(400).Select(Slowly), scratch.Path, small, context with { Time = clock, Deadline = clock.GetUtcNow().AddSeconds(1500) });

        // A tenth of the time, at a second a text.
        Assert.AreEqual(150, result.Documents + result.HeldOutDocuments, 2);
        Assert.IsTrue(result.IsShortened);
        Assert.HasCount(3, result.Epochs);

        string Slowly(string text)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return text;
        }
    }

    [TestMethod]
    public void Stages_before_training_end_with_what_they_have_when_their_time_is_over()
    {
        ManualClock clock = new();
        PretrainingTime time = new(new FitContext { Time = clock, Deadline = clock.GetUtcNow().AddSeconds(100) }), endless = new(new FitContext { Time = clock });

        int inTime = time.Within(Enumerable.Range(0, 1000).Select(Slowly), PretrainingTime.Reading, least: 2).Count();
        int atLeast = time.Within(Enumerable.Range(0, 1000).Select(Slowly), PretrainingTime.Reading, least: 2).Count();
        int all = endless.Within(Enumerable.Range(0, 1000).Select(Slowly), PretrainingTime.Reading, least: 2).Count();

        Assert.AreEqual((9, 2, 1000), (inTime, atLeast, all));
        Assert.AreEqual((true, false), (time.IsShortened, endless.IsShortened));

        int Slowly(int item)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return item;
        }
    }

    [TestMethod]
    public void A_vocabulary_stays_small_where_it_is_late_and_is_learned_from_all_parts_of_the_corpus()
    {
        ITextTokenizer late = TokenizerTraining.WordPiece(Language(50), new TokenizerTrainingOptions { VocabularySize = 500 }, isLate: () => true);
        PretrainingTexts texts = PretrainingTexts.Split(Enumerable.Range(0, 1000).Select(i => $"text {i}"), 0.05, seed: 1);

        Assert.IsLessThan(80, late.VocabularySize);
        CollectionAssert.AreEquivalent(texts.Learned, texts.Scattered().ToArray());
        Assert.HasCount(10, texts.Scattered().Take(50).Select(t => texts.Learned.IndexOf(t) / 95).Distinct());
    }

    [TestMethod]
    public void A_folder_that_can_not_be_written_is_told_before_the_training()
    {
        using Scratch scratch = new();
        Directory.CreateDirectory(scratch.At("model.safetensors"));
        File.WriteAllText(scratch.At("file"), "");

        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => Pretraining.Run(Language(100), scratch.At("file"), small with { Epochs = 100_000 }, context)).Message, "can't be written");
        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => Pretraining.Run(Language(100), scratch.Path, small, context)).Message, "can't be written");
        Assert.IsEmpty(Directory.GetDirectories(scratch.Path, ".*"));
    }

    [TestMethod]
    public void Texts_without_a_token_that_could_be_hidden_are_refused()
    {
        using Scratch scratch = new();
        foreach (string[] texts in (string[][])[["a", "b"], ["\u0001", "\u0002\u0003"], ["\ud83d", "\ude00"]])
            StringAssert.Contains(Assert.ThrowsExactly<TrainingException>(() => Pretraining.Run(texts, scratch.Path, small, context)).Message, "Give");
    }

    [TestMethod]
    public void Too_little_text_is_refused()
    {
        using Scratch scratch = new();
        foreach (string[] texts in (string[][])[[], [""], ["one"], [" ", "one", "\t"]])
            StringAssert.Contains(Assert.ThrowsExactly<TrainingException>(() => Pretraining.Run(texts, scratch.Path, small, context)).Message, "Give more texts");
    }

    [TestMethod]
    public void Impossible_options_are_refused_at_once()
    {
        using Scratch scratch = new();
        PretrainingOptions wrong = small with { MaskShare = 1, HiddenSize = 100, Encoder = "x" };

        Assert.ThrowsExactly<OptionsException>(() => Pretraining.Run(Language(10), scratch.Path, wrong, context));
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => Pretraining.Run(Language(10), scratch.Path, wrong with { MaskShare = 0.2 }, context));

        Assert.HasCount(3, error.Problems);
    }

    [TestMethod]
    [NeedsShared]
    public void A_tokenizer_that_does_not_belong_to_the_encoder_is_refused()
    {
        using Scratch first = new(), second = new();
        Pretraining.Run(Language(60), first.Path, small with { Epochs = 1 }, context);
        foreach (string file in (string[])["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"])
            File.Copy(Path.Combine(SharedFolder.Path, "models", "all-minilm-l6-v2", file), first.At(file), overwrite: true);

        TorchException error = Assert.ThrowsExactly<TorchException>(() => Pretraining.Run(Language(60), second.Path, new PretrainingOptions { Encoder = first.Path }, context));

        StringAssert.Contains(error.Message, "the tokenizer has 30522 tokens");
    }

    [TestMethod]
    public void A_head_of_another_shape_is_refused()
    {
        using Scratch first = new(), second = new();
        Pretraining.Run(Language(60), first.Path, small with { Epochs = 1 }, context);
        List<(string, long[], float[])> weights = [];
        using (WeightFiles files = WeightFiles.Open(first.Path))
            foreach (string name in files.Names) weights.Add(name == "cls.predictions.bias" ? (name, [3], [1, 2, 3]) : (name, files.ShapeOf(name), files.ReadArray(name)));
        SafetensorsWriter.Write(first.At("model.safetensors"), weights, null);

        TorchException error = Assert.ThrowsExactly<TorchException>(() => Pretraining.Run(Language(60), second.Path, new PretrainingOptions { Encoder = first.Path }, context));

        StringAssert.Contains(error.Message, "'cls.predictions.bias' has shape [3]");
    }

    [TestMethod]
    [NeedsShared]
    [TestCategory("Slow")]
    public void An_encoder_that_is_there_learns_a_field()
    {
        using Scratch scratch = new();
        string[] texts = [.. TextCorpus.Read(SharedFolder.Data("banking77", "train.csv.gz"), "text").Take(400)];

        PretrainingResult result = Pretraining.Run(texts, scratch.Path, new PretrainingOptions { Encoder = Path.Combine(SharedFolder.Path, "models", "all-minilm-l6-v2"), Epochs = 2, MaxLength = 64 }, context with { Threads = 2 });

        Assert.IsLessThan(result.Before.Perplexity, result.After.Perplexity);
        Assert.IsTrue(result.IsHeadFresh);
        using WeightFiles weights = WeightFiles.Open(scratch.Path);
        CollectionAssert.Contains(weights.Names.ToArray(), "bert.pooler.dense.weight");
    }

    private sealed class Stopper(CancellationTokenSource stop, string at) : IProgress<FitProgress>
    {
        private int seen;

        public void Report(FitProgress value)
        {
            // The checkpoint of an epoch is written behind its validation: stop at what is told next.
            if (seen == 1) stop.Cancel();
            if (value.What.StartsWith(at, StringComparison.Ordinal)) seen = 1;
        }
    }
}
