using System.Text.Json;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TagSequenceTests
{
    private static readonly TagScheme[] schemes = [TagScheme.Iob1, TagScheme.Bio, TagScheme.Bioes];

    [TestMethod]
    public void Spans_come_back_from_the_tags_of_every_scheme()
    {
        Random random = new(7);
        for (int round = 0; round < 2000; round++)
        {
            (List<EntitySpan> spans, int words) = RandomSpans(random);
            foreach (TagScheme scheme in schemes)
            {
                string[] tags = TagSequences.TagsOf(spans, words, scheme);

                CollectionAssert.AreEqual(spans, TagSequences.SpansOf(tags), $"{scheme}: {string.Join(' ', tags)}");
            }
        }
    }

    [TestMethod]
    public void Letters_of_other_schemes_mean_the_same()
    {
        Random random = new(8);
        for (int round = 0; round < 500; round++)
        {
            (List<EntitySpan> spans, int words) = RandomSpans(random);
            string[] bioes = TagSequences.TagsOf(spans, words, TagScheme.Bioes);

            string[] bilou = [.. bioes.Select(t => t == "O" ? t : t[0] switch { 'E' => 'L', 'S' => 'U', var p => p } + t[1..])];
            string[] bmewo = [.. bioes.Select(t => t == "O" ? t : t[0] switch { 'I' => 'M', 'S' => 'W', var p => p } + t[1..])];

            CollectionAssert.AreEqual(spans, TagSequences.SpansOf(bilou));
            CollectionAssert.AreEqual(spans, TagSequences.SpansOf(bmewo));
        }
    }

    [TestMethod]
    public void Any_sequence_of_tags_gives_spans_that_neither_overlap_nor_leave_the_words()
    {
        Random random = new(9);
        string[] alphabet = ["O", "B-A", "I-A", "E-A", "S-A", "B-B", "I-B", "L-B", "U-B", "M-A", "C", "B", "I", "X-Y", ""];
        for (int round = 0; round < 5000; round++)
        {
            string[] tags = [.. Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)])];

            List<EntitySpan> spans = TagSequences.SpansOf(tags);

            int end = 0;
            foreach (EntitySpan span in spans)
            {
                Assert.IsTrue(span.First >= end && span.End > span.First && span.End <= tags.Length, string.Join(' ', tags));
                end = span.End;
            }
            int inside = spans.Sum(s => s.End - s.First), tagged = tags.Count(t => !Tag.Parse(t).IsOutside);
            Assert.AreEqual(tagged, inside, string.Join(' ', tags));
        }
    }

    [TestMethod]
    [DataRow("O I-PER I-PER O", "PER[1,3)")]
    [DataRow("B-PER I-LOC", "PER[0,1) LOC[1,2)")]
    [DataRow("I-PER B-PER", "PER[0,1) PER[1,2)")]
    [DataRow("E-PER E-PER", "PER[0,1) PER[1,2)")]
    [DataRow("B-PER S-PER I-PER", "PER[0,1) PER[1,2) PER[2,3)")]
    [DataRow("PER PER O LOC PER", "PER[0,2) LOC[3,4) PER[4,5)")]
    [DataRow("B I O B", "ENTITY[0,2) ENTITY[3,4)")]
    public void Broken_and_plain_sequences_are_read_as_conlleval_reads_them(string tags, string spans) =>
        Assert.AreEqual(spans, string.Join(' ', TagSequences.SpansOf(tags.Split(' ')).Select(s => $"{s.Type}[{s.First},{s.End})")));

    [TestMethod]
    public void Overlapping_spans_have_no_tags()
    {
        Assert.ThrowsExactly<ArgumentException>(() => TagSequences.TagsOf([new(0, 2, "A"), new(1, 3, "B")], 3, TagScheme.Bio));
        Assert.ThrowsExactly<ArgumentException>(() => TagSequences.TagsOf([new(2, 4, "A")], 3, TagScheme.Bio));
        Assert.ThrowsExactly<ArgumentException>(() => TagSequences.TagsOf([new(1, 1, "A")], 3, TagScheme.Bio));
    }

    [TestMethod]
    [DataRow("I-A I-A O|I-A B-A O", TagScheme.Iob1, 0)]
    [DataRow("B-A I-A O|O B-A B-A", TagScheme.Bio, 0)]
    [DataRow("B-A I-A O|O I-A", TagScheme.Bio, 1)]
    [DataRow("B-A E-A O|S-A", TagScheme.Bioes, 0)]
    [DataRow("B-A L-A O|U-A I-A", TagScheme.Bioes, 1)]
    [DataRow("A A O|B2", TagScheme.Plain, 0)]
    public void The_scheme_of_a_corpus_is_recognised(string sentences, TagScheme scheme, int broken)
    {
        SchemeFinder finder = new();
        foreach (string sentence in sentences.Split('|')) finder.Look(sentence.Split(' '));

        Assert.AreEqual((scheme, broken), (finder.Scheme, finder.Broken));
    }

    [TestMethod]
    public void A_set_of_tags_allows_what_its_scheme_allows()
    {
        TagSet bio = TagSet.Of(["A", "B"], TagScheme.Bio), bioes = TagSet.Of(["A"], TagScheme.Bioes), plain = TagSet.Of(["A", "B"], TagScheme.Plain);

        Assert.IsTrue(May(bio, "B-A", "I-A") && May(bio, "I-A", "I-A") && May(bio, "I-A", "B-A") && May(bio, "O", "B-B"));
        Assert.IsFalse(May(bio, "O", "I-A") || May(bio, "B-B", "I-A") || bio.MayBegin[bio.IndexOf("I-A")]);
        Assert.IsTrue(May(bioes, "B-A", "E-A") && May(bioes, "E-A", "S-A") && May(bioes, "S-A", "O"));
        Assert.IsFalse(May(bioes, "B-A", "O") || May(bioes, "I-A", "B-A") || May(bioes, "S-A", "E-A") || bioes.MayEnd[bioes.IndexOf("B-A")]);
        Assert.IsFalse(plain.HasRules);
        Assert.AreEqual("O", bio.Names[0]);

        static bool May(TagSet set, string from, string to) => set.MayFollow(set.IndexOf(from), set.IndexOf(to));
    }

    [TestMethod]
    public void Plain_labels_stay_labels_whatever_their_letters()
    {
        TagSet tags = TagSet.Of(["B", "I-405", "S"], TagScheme.Plain);

        Assert.IsFalse(tags.HasRules);
        Assert.AreEqual("B[0,2) I-405[3,4)", string.Join(' ', tags.SpansOf([tags.IndexOf("B"), tags.IndexOf("B"), 0, tags.IndexOf("I-405")]).Select(s => $"{s.Type}[{s.First},{s.End})")));
    }

    [TestMethod]
    public void Scores_equal_the_reference()
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedFolder.Repository, "UnitTests", "Torch", "Entities", "reference.json")));
        int compared = 0;
        foreach (JsonElement test in reference.RootElement.GetProperty("cases").EnumerateArray())
        {
            string name = test.GetProperty("name").GetString()!;
            string[][] gold = Sequences(test.GetProperty("gold")), predicted = Sequences(test.GetProperty("pred"));

            AssertScores(test.GetProperty("conlleval"), EntityMetrics.OfTags(gold, predicted), name);
            if (test.TryGetProperty("strict_iob2", out JsonElement strict))
                AssertScores(strict, EntityMetrics.OfSpans([.. gold.Select(TagSequences.StrictSpansOf)], [.. predicted.Select(TagSequences.StrictSpansOf)]), name);
            compared++;
        }

        Assert.AreEqual(9, compared);
    }

    [TestMethod]
    public void Every_type_has_its_own_scores_and_support()
    {
        EntityMetrics metrics = EntityMetrics.OfTags([["B-A", "I-A", "O", "B-B", "B-A"]], [["B-A", "I-A", "B-C", "B-A", "B-A"]]);

        Assert.AreEqual((2 / 4.0, 2 / 3.0, 3), (metrics.Precision, metrics.Recall, metrics.Support));
        CollectionAssert.AreEqual(new EntityTypeScore[] { new("A", 2 / 3.0, 1, 0.8, 2), new("B", 0, 0, 0, 1), new("C", 0, 0, 0, 0) }, metrics.Types.ToArray());
    }

    private static void AssertScores(JsonElement wanted, EntityMetrics metrics, string name)
    {
        Assert.AreEqual(wanted.GetProperty("precision").GetDouble(), metrics.Precision, 1e-12, name);
        Assert.AreEqual(wanted.GetProperty("recall").GetDouble(), metrics.Recall, 1e-12, name);
        Assert.AreEqual(wanted.GetProperty("f1").GetDouble(), metrics.F1, 1e-12, name);
    }

    private static string[][] Sequences(JsonElement list) => [.. list.EnumerateArray().Select(s => s.EnumerateArray().Select(t => t.GetString()!).ToArray())];

    private static (List<EntitySpan>, int) RandomSpans(Random random)
    {
        List<EntitySpan> spans = [];
        int word = 0;
        while (word < 10)
        {
            word += random.Next(3);
            int end = word + 1 + random.Next(3);
            if (end > 10) break;
            spans.Add(new EntitySpan(word, end, random.Next(2) == 0 ? "PER" : "LOC-X"));
            word = end;
        }
        return (spans, 10);
    }
}
