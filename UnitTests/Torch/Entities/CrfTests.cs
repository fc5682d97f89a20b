using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class CrfTests
{
    [TestMethod]
    public void Learns_names_it_has_never_seen_from_their_form_and_place()
    {
        EntityMetrics metrics = Names.Tagger.Evaluate(Names.Sentences(300, seed: 2, unseen: true));

        Assert.IsGreaterThan(0.9, metrics.F1);
        Assert.AreEqual("LOC PER", string.Join(' ', metrics.Types.Select(t => t.Type)));
    }

    [TestMethod, NeedsShared]
    public void Finds_names_in_news_after_two_thousand_sentences()
    {
        EntityDocuments train = EntityDocuments.Read(SharedFolder.Data("conll2003", "train.jsonl.gz")), dev = EntityDocuments.Read(SharedFolder.Data("conll2003", "dev.jsonl.gz"));

        using EntityTagger tagger = new CrfEntityTrainer { Epochs = 8 }.Fit(train.Take(Enumerable.Range(0, 2000)));
        EntityMetrics metrics = tagger.Evaluate(dev);

        Assert.AreEqual((14041, 3250, 5942), (train.Count, dev.Count, metrics.Support));
        Assert.AreEqual(TagScheme.Bio, train.Scheme);
        Assert.IsGreaterThan(0.77, metrics.F1);
    }

    [TestMethod]
    public void Same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        byte[] first = Bytes(seed: 3), again = Bytes(seed: 3), other = Bytes(seed: 4);

        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);

        static byte[] Bytes(int seed)
        {
            using MemoryStream stream = new();
            new CrfEntityTrainer { Epochs = 2 }.Fit(Names.Sentences(50, 1), context: new FitContext { Seed = seed, Time = new StoppedTime() }).Save(stream);
            return stream.ToArray();
        }
    }

    [TestMethod]
    public void Finds_Chinese_names_by_characters_with_offsets_into_the_raw_text()
    {
        string[] people = ["王小明", "李芳", "张伟"], places = ["北京", "上海", "广州市"], beginnings = ["", "昨天", "😀 "];
        Random random = new(1);
        EntityDocuments train = new(Enumerable.Range(0, 120).Select(_ =>
        {
            (string person, string place) = (people[random.Next(3)], places[random.Next(3)]);
            string before = beginnings[random.Next(3)], text = $"{before}{person}住在{place}。";
            int start = before.Length, end = start + person.Length;
            return EntityDocument.OfText(text, [new(start, end, "PER", ""), new(end + 2, text.Length - 1, "LOC", "")]);
        }));

        using EntityTagger tagger = new CrfEntityTrainer().Fit(train);
        IReadOnlyList<EntityMention> found = tagger.Find("😀 李芳住在北京。");

        Assert.AreEqual("李芳 PER 3 5|北京 LOC 7 9", string.Join('|', found.Select(e => $"{e.Text} {e.Label} {e.Start} {e.End}")));
        Assert.IsTrue(found.All(e => e.Score is > 0.5 and <= 1));
    }

    [TestMethod]
    public void Ends_by_its_deadline_with_a_model()
    {
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        FitContext context = new() { Deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1.5) };

        using EntityTagger tagger = new CrfEntityTrainer { Epochs = 10_000 }.Fit(Names.Sentences(500, 1), context: context);

        Assert.IsLessThan(6, watch.Elapsed.TotalSeconds);
        Assert.IsGreaterThan(0.8, tagger.Evaluate(Names.Sentences(100, 2)).F1);
    }

    [TestMethod]
    public void A_deadline_that_has_passed_ends_it_before_it_has_looked_at_all_documents()
    {
        EntityDocuments many = Names.Sentences(4000, 1);
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        new CrfEntityTrainer { Epochs = 1 }.Fit(many).Dispose();
        TimeSpan whole = watch.Elapsed;

        watch.Restart();
        new CrfEntityTrainer { Epochs = 1 }.Fit(many, context: new FitContext { Deadline = TimeProvider.System.GetUtcNow() }).Dispose();

        Assert.IsLessThan(whole / 4, watch.Elapsed);
    }

    [TestMethod]
    public void Ends_without_a_model_where_it_is_cancelled() => Assert.ThrowsExactly<OperationCanceledException>(() =>
        new CrfEntityTrainer().Fit(Names.Sentences(20, 1), context: new FitContext { Cancel = new CancellationToken(canceled: true) }));

    [TestMethod]
    public void One_label_and_one_word_are_enough_and_none_is_refused()
    {
        using EntityTagger one = new CrfEntityTrainer().Fit(new EntityDocuments([EntityDocument.OfWords(["Rome"], ["B-LOC"])]));

        Assert.AreEqual("LOC", one.Find("Rome").Single().Label);
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => new CrfEntityTrainer().Fit(new EntityDocuments([EntityDocument.OfWords(["a"], ["O"])]))).Message, "no entity");
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => new CrfEntityTrainer().Fit(new EntityDocuments([EntityDocument.OfText("a")]))).Message, "no entities or tags");
        Assert.ThrowsExactly<OptionsException>(() => new CrfEntityTrainer { LearningRate = double.NaN }.Fit(Names.Sentences(2, 1)));
    }

    [TestMethod]
    public void Labels_never_seen_in_training_count_as_missed()
    {
        EntityDocuments unseen = new([EntityDocument.OfWords(["Anna", "lives"], ["B-ALIEN", "O"])]);

        EntityMetrics metrics = Names.Tagger.Evaluate(unseen);

        Assert.AreEqual(0, metrics.F1);
        Assert.AreEqual(1, metrics.Types.Single(t => t.Type == "ALIEN").Support);
    }

    [TestMethod]
    public void Nasty_texts_are_tagged_within_their_bounds()
    {
        string[] texts = ["", " ", "\0\u0001", "\uD83D", "\uDE00\uD83D", "😀😀", "a\u0301\u0301", new string('x', 1 << 20), string.Concat(Enumerable.Repeat("Anna lives in Rome. ", 20_000)), "Анна العربية 京都 anna\u200DROME", "\u202Eabc"];

        IReadOnlyList<IReadOnlyList<EntityMention>> found = Names.Tagger.Find(texts);

        for (int i = 0; i < texts.Length; i++)
            foreach (EntityMention mention in found[i]) Assert.AreEqual(texts[i][mention.Start..mention.End], mention.Text);
        Assert.IsEmpty(found[0]);
        Assert.HasCount(40_000, found[8]);
    }

    [TestMethod]
    public void Many_threads_tag_alike()
    {
        string[] texts = [.. Names.Sentences(200, 5).Select(d => d.Text)];
        string expected = Show(Names.Tagger.Find(texts, threads: 1));

        string[] shown = new string[8];
        Parallel.For(0, 8, i => shown[i] = Show(Names.Tagger.Find(texts, threads: 2)));

        Assert.IsTrue(shown.All(s => s == expected));

        static string Show(IReadOnlyList<IReadOnlyList<EntityMention>> found) => string.Join('\n', found.Select(f => string.Join(' ', f)));
    }

    private sealed class StoppedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
