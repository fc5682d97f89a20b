using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class NetworkTaggerTests
{
    private static readonly TrainingOptions quick = new() { Epochs = 12, BatchSize = 16, LearningRate = 2e-3, MaxLength = 48, Precision = TrainingPrecision.Float32, Device = TorchDevice.Cpu };
    private static readonly Lazy<EntityTagger> encoder = new(() => new EncoderEntityTrainer { Encoder = TinyEncoder.Folder, Training = quick }.Fit(Names.Sentences(200, 1), Names.Sentences(50, 3), Context));
    private static readonly Lazy<EntityTagger> lstm = new(() => Small().Fit(Names.Sentences(200, 1), Names.Sentences(50, 3), Context));

    private static FitContext Context => new() { Threads = 1, Seed = 1 };

    [TestMethod]
    public void A_fine_tuned_encoder_finds_names_and_its_score_is_in_the_manifest()
    {
        EntityMetrics metrics = encoder.Value.Evaluate(Names.Sentences(100, 4), threads: 1);

        Assert.IsGreaterThan(0.95, metrics.F1);
        Assert.IsGreaterThan(0.95, encoder.Value.Manifest.Metrics["f1"]);
    }

    [TestMethod]
    public void A_network_from_scratch_finds_names_it_has_never_seen_by_their_letters()
    {
        Assert.IsGreaterThan(0.95, lstm.Value.Evaluate(Names.Sentences(100, 4), threads: 1).F1);

        using EntityTagger tagger = Small().Fit(Names.Invented(300, 1), context: Context);

        Assert.IsGreaterThan(0.8, tagger.Evaluate(Names.Invented(100, 5), threads: 1).F1);
    }

    [TestMethod]
    [DataRow("encoder")]
    [DataRow("lstm")]
    public void A_saved_network_finds_the_same(string kind)
    {
        EntityTagger tagger = kind == "encoder" ? encoder.Value : lstm.Value;
        string[] texts = [.. Names.Sentences(60, 6).Select(d => d.Text), "", "😀 Anna", "\uD83D", new string('x', 5000), "京都 Anna lives in Oslo ."];
        using MemoryStream file = new();
        tagger.Save(file);

        using EntityTagger loaded = EntityTagger.Load(file);

        Assert.AreEqual(Show(tagger, texts), Show(loaded, texts));
    }

    [TestMethod]
    [DataRow("encoder")]
    [DataRow("lstm")]
    public void Same_seed_gives_the_same_weights_and_another_seed_others(string kind)
    {
        byte[] first = Bytes(3), again = Bytes(3), other = Bytes(4);

        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);

        byte[] Bytes(int seed)
        {
            TrainingOptions two = quick with { Epochs = 2 };
            IEntityTrainer trainer = kind == "encoder" ? new EncoderEntityTrainer { Encoder = TinyEncoder.Folder, Training = two, Head = EntityHead.Crf } : Small() with { Training = two };
            EntityDocuments train = Names.Sentences(30, 1);
            using ITagModel model = trainer.Fit(train, null, TagSet.Of(train.Labels, trainer.Scheme), Context with { Seed = seed });
            using MemoryStream stream = new();
            new PlainWriter(stream).Part(model);
            return stream.ToArray();
        }
    }

    [TestMethod]
    [DataRow("encoder")]
    [DataRow("lstm")]
    public void Many_threads_tag_alike(string kind)
    {
        EntityTagger tagger = kind == "encoder" ? encoder.Value : lstm.Value;
        string[] texts = [.. Names.Sentences(40, 7).Select(d => d.Text)];
        string expected = Show(tagger, texts);

        string[] shown = new string[6];
        Parallel.For(0, shown.Length, i => shown[i] = Show(tagger, texts));

        Assert.IsTrue(shown.All(s => s == expected));
    }

    [TestMethod]
    [DataRow("encoder")]
    [DataRow("lstm")]
    public void Damaged_networks_are_refused_and_never_crash(string kind)
    {
        using MemoryStream stream = new();
        new PlainWriter(stream).Part((kind == "encoder" ? encoder.Value : lstm.Value).Model);
        byte[] good = stream.ToArray();
        Random random = new(9);
        for (int round = 0; round < 60; round++)
        {
            byte[] bad = [.. good];
            bad[random.Next(round % 2 == 0 ? 300 : bad.Length)] ^= (byte)(1 << random.Next(8));
            if (round % 6 == 0) bad = bad[..random.Next(bad.Length)];
            try
            {
                using ITagModel model = new PlainReader(bad, "test").Part<ITagModel>();
                model.Predict([new WordRun(EntityDocument.OfText("Anna lives in Oslo ."), 0, 5)], 1, default);
            }
            catch (Exception error) when (error is BundleException or ArgumentException or OverflowException)
            {
                // What the bundle's reader turns into a refusal.
            }
        }
    }

    [TestMethod]
    public void Long_texts_are_read_in_windows_that_score_each_word_once()
    {
        using TextEncoder loaded = TextEncoder.Load(TinyEncoder.Folder, TorchSharp.torch.CPU);
        EncoderWindows windows = new(Tokenizers.Load(TinyEncoder.Folder), 24);
        EntityDocument document = EntityDocument.OfText(string.Concat(Enumerable.Repeat("Anna lives in Oslo 😀 supercalifragilistic . ", 30)));

        foreach (WordRun run in WordRun.Of(document, 100))
        {
            IReadOnlyList<ITagWindow> made = windows.Of(run);

            int next = run.First;
            foreach (EncoderWindow window in made.Cast<EncoderWindow>())
            {
                Assert.AreEqual(next, window.Scored.First);
                Assert.IsTrue(window.Scored.Count > 0 && window.Tokens <= 24 && window.FirstPieces.Length == window.Scored.Count);
                Assert.IsTrue(window.FirstPieces.All(p => p >= 0 && p < window.Tokens));
                next += window.Scored.Count;
            }
            Assert.AreEqual(run.First + run.Count, next);
            if (run.Count > 40) Assert.IsGreaterThan(1, made.Count);
        }
    }

    [TestMethod]
    public void Windows_of_any_length_over_words_of_any_length_score_each_word_once()
    {
        ITextTokenizer tokenizer = Tokenizers.Load(TinyEncoder.Folder);
        Random random = new(12);
        string[] words = ["a", "oslo", "zqxjkvbwzqxjkvbw", "\u0001", "京", new string('q', 60), "...", "\uD83D"];
        for (int round = 0; round < 300; round++)
        {
            EntityDocument document = EntityDocument.OfWords([.. Enumerable.Range(0, 1 + random.Next(40)).Select(_ => words[random.Next(words.Length)])]);
            int length = 4 + random.Next(40);

            IReadOnlyList<ITagWindow> windows = new EncoderWindows(tokenizer, length).Of(new WordRun(document, 0, document.WordCount));

            int next = 0;
            foreach (EncoderWindow window in windows.Cast<EncoderWindow>())
            {
                Assert.IsTrue(window.Scored.First == next && window.Scored.Count > 0 && window.Tokens <= length && window.FirstPieces.All(p => p < window.Tokens), $"round {round}");
                next += window.Scored.Count;
            }
            Assert.AreEqual(document.WordCount, next);
        }
    }

    [TestMethod]
    public void Each_words_first_piece_is_the_one_where_it_begins()
    {
        ITextTokenizer tokenizer = Tokenizers.Load(TinyEncoder.Folder);
        EntityDocument document = EntityDocument.OfText("Zzyx lives in O'Neill-Oslo , \u0001 ok\u0301 .", [new EntityMention(22, 26, "LOC", "")]);
        EncoderWindow window = (EncoderWindow)new EncoderWindows(tokenizer, 64).Of(new WordRun(document, 0, document.WordCount)).Single();

        for (int word = 0; word < document.WordCount; word++)
        {
            string piece = tokenizer.TokenOf(window.Ids[window.FirstPieces[word]]).Replace("##", "", StringComparison.Ordinal), text = document.Word(word).ToString().ToLowerInvariant();
            if (piece is not "[UNK]") Assert.IsTrue(text.Normalize(NormalizationForm.FormD).StartsWith(piece, StringComparison.Ordinal), $"'{piece}' for '{text}'");
        }
        Assert.AreEqual(window.Scored.Count, document.WordCount);
    }

    [TestMethod]
    public void Capitals_are_seen_though_the_encoder_has_none()
    {
        EntityDocuments train = new(Enumerable.Range(0, 120).Select(i => EntityDocument.OfWords(["the", i % 2 == 0 ? "Rose" : "rose", "left"], ["O", i % 2 == 0 ? "B-PER" : "O", "O"])));

        using EntityTagger tagger = new EncoderEntityTrainer { Encoder = TinyEncoder.Folder, Training = quick with { Epochs = 8 } }.Fit(train, context: Context);

        Assert.AreEqual("O B-PER O", string.Join(' ', tagger.TagWords(["the", "Rose", "left"])));
        Assert.AreEqual("O O O", string.Join(' ', tagger.TagWords(["the", "rose", "left"])));
    }

    [TestMethod]
    [DataRow(Adaptation.LoRA)]
    [DataRow(Adaptation.Bottleneck)]
    [DataRow(Adaptation.BitFit)]
    [DataRow(Adaptation.HeadOnly)]
    public void Ways_to_adapt_learn_and_are_saved(Adaptation way)
    {
        using EntityTagger tagger = new EncoderEntityTrainer { Encoder = TinyEncoder.Folder, Adaptation = way, Training = quick with { Epochs = 6, LearningRate = 5e-3 } }.Fit(Names.Sentences(120, 1), context: Context);
        string[] texts = [.. Names.Sentences(40, 6).Select(d => d.Text)];
        using MemoryStream file = new();
        tagger.Save(file);

        using EntityTagger loaded = EntityTagger.Load(file);

        Assert.IsGreaterThan(0.7, tagger.Evaluate(Names.Sentences(60, 4), threads: 1).F1);
        Assert.AreEqual(Show(tagger, texts), Show(loaded, texts));
    }

    [TestMethod]
    public void A_deadline_ends_training_with_a_model_and_cancellation_without()
    {
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();

        using EntityTagger tagger = new EncoderEntityTrainer { Encoder = TinyEncoder.Folder, Training = quick with { Epochs = 10_000 } }
            .Fit(Names.Sentences(100, 1), context: Context with { Deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(3) });

        Assert.IsLessThan(8, watch.Elapsed.TotalSeconds);
        Assert.ThrowsExactly<OperationCanceledException>(() => Small().Fit(Names.Sentences(10, 1), context: Context with { Cancel = new CancellationToken(canceled: true) }));
    }

    [TestMethod]
    public void What_can_not_be_asked_for_is_refused()
    {
        EntityDocuments train = Names.Sentences(10, 1);

        StringAssert.Contains(Assert.ThrowsExactly<OptionsException>(() => new EncoderEntityTrainer { Encoder = " " }.Fit(train)).Message, "MLPIPES_ENCODER");
        Assert.ThrowsExactly<TorchException>(() => new EncoderEntityTrainer { Encoder = Path.Combine(TinyEncoder.Folder, "absent") }.Fit(train));
        StringAssert.Contains(Assert.ThrowsExactly<OptionsException>(() =>
            new EncoderEntityTrainer { Encoder = TinyEncoder.Folder, Head = EntityHead.Crf, Training = quick with { LabelSmoothing = 0.1 } }.Fit(train)).Message, "LabelSmoothing");
        Assert.ThrowsExactly<OptionsException>(() => Small() with { Hidden = 0 } is var trainer ? trainer.Fit(train) : null);
    }

    private static LstmEntityTrainer Small() => new() { WordWidth = 24, CharacterWidth = 12, Filters = 16, Hidden = 24, Training = quick with { LearningRate = 1e-2 } };

    private static string Show(EntityTagger tagger, string[] texts) => string.Join('\n', tagger.Find(texts, threads: 1).Select(f => string.Join(' ', f.Select(e => $"{e.Label}[{e.Start},{e.End})"))));
}
