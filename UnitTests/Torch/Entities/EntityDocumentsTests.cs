using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class EntityDocumentsTests
{
    [TestMethod]
    [DataRow("EU B-ORG\nrejects O\n\nPeter B-PER\nBlackburn I-PER\n")]
    [DataRow("-DOCSTART- -X- -X- O\n\nEU NNP B-NP I-ORG\nrejects VBZ B-VP O\n\n\n\nPeter NNP B-NP I-PER\nBlackburn NNP I-NP I-PER")]
    [DataRow("EU\tS-ORG\r\nrejects\tO\r\n\r\nPeter\tB-PER\r\nBlackburn\tE-PER\r\n")]
    [DataRow("# id 1 domain=en\nEU _ _ U-ORG\nrejects _ _ O\n \nPeter _ _ B-PER\nBlackburn _ _ L-PER\n")]
    [DataRow("{\"tokens\": [\"EU\", \"rejects\"], \"tags\": [\"B-ORG\", \"O\"]}\n{\"words\": [\"Peter\", \"Blackburn\"], \"ner_tags\": [\"B-PER\", \"I-PER\"]}\n")]
    [DataRow("{\"text\": \"EU rejects\", \"entities\": [{\"start\": 0, \"end\": 2, \"label\": \"ORG\"}]}\n\n{\"text\": \"Peter Blackburn\", \"labels\": [[0, 15, \"PER\"]]}")]
    [DataRow("{\"text\": \"EU rejects\", \"spans\": [{\"start_offset\": 0, \"end_offset\": 2, \"type\": \"ORG\"}]}\n[\"Peter Blackburn\", {\"entities\": [[0, 15, \"PER\"]]}]")]
    public void Every_format_gives_the_same_documents(string content)
    {
        foreach (string name in (string[])["plain", "packed.gz"])
        {
            EntityDocuments documents = EntityDocuments.Read(Files.Write(name, content));

            Assert.HasCount(2, documents);
            Assert.AreEqual("ORG[0,2)EU", Show(documents[0]));
            Assert.AreEqual("PER[0,15)Peter Blackburn", Show(documents[1]));
            Assert.AreEqual("ORG PER", string.Join(' ', documents.Labels));
            Assert.IsEmpty(documents.Warnings);
        }
    }

    [TestMethod]
    [DataRow("EU B-ORG\nrejects\n", "line 2", "'rejects'", "two columns")]
    [DataRow("EU\tB-ORG\nrejects O\n", "line 2", "tabs", "tag last")]
    [DataRow("{\"tokens\": [\"a\"], \"tags\": [\"O\", \"O\"]}", "line 1", "2 tags for 1 tokens", "a tag for each token")]
    [DataRow("{\"tokens\": [\"a\"], \"tags\": [3]}", "line 1", "number", "names")]
    [DataRow("{\"tokens\": \"a\", \"tags\": []}", "line 1", "string", "array")]
    [DataRow("{\"text\": \"ab\", \"entities\": [[0, 3, \"X\"]]}", "line 1", "[0, 3)", "2 UTF-16 units")]
    [DataRow("{\"text\": \"ab\", \"entities\": [[-1, 1, \"X\"]]}", "line 1", "[-1, 1)", "within the text")]
    [DataRow("{\"text\": \"ab\", \"entities\": [[2, 1, \"X\"]]}", "line 1", "[2, 1)", "within the text")]
    [DataRow("{\"text\": \"ab\", \"entities\": [[0, 1, \"\"]]}", "line 1", "without a label", "expected one")]
    [DataRow("{\"text\": \"ab\", \"entities\": [[0.5, 1, \"X\"]]}", "line 1", "no whole number", "offsets")]
    [DataRow("{\"text\": \"ab\", \"entities\": {\"a\": 1}}", "line 1", "object", "array")]
    [DataRow("{\"text\": \"ab\"}", "line 1", "without 'entities'", "[]")]
    [DataRow("{\"text\": 5, \"entities\": []}", "line 1", "number", "string")]
    [DataRow("{\"txt\": \"ab\"}", "line 1", "'txt'", "'tokens'")]
    [DataRow("{\"tokens\": [\"a\"], \"tags\": [\"O\"]}\n{\"tokens\": [\"a\", ", "line 2", "no JSON", "one JSON object a line")]
    [DataRow("{\"tokens\": [\"a\"], \"tags\": [\"O\"]}\n[1, 2]", "line 2", "array", "object")]
    [DataRow("", "no document", "CoNLL", "JSON lines")]
    [DataRow("\n\n \n", "no document", "CoNLL", "JSON lines")]
    public void What_is_wrong_is_told_with_file_line_found_and_expected(string content, params string[] says)
    {
        string path = Files.Write("wrong", content);

        TableException error = Assert.ThrowsExactly<TableException>(() => EntityDocuments.Read(path));

        StringAssert.Contains(error.Message, path);
        foreach (string part in says) StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void Missing_and_damaged_files_are_told()
    {
        string damaged = Path.Combine(Files.Folder, "damaged.gz"), cut = Path.Combine(Files.Folder, "cut.conll.gz");
        byte[] bytes = Packed("EU B-ORG\n\nPeter B-PER\n");
        File.WriteAllBytes(damaged, [.. bytes[..12], 0xFF, 0xFF, 0xFF, .. bytes[15..]]);
        File.WriteAllBytes(cut, bytes[..^8]);

        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => EntityDocuments.Read("absent.conll")).Message, "no such file");
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => EntityDocuments.Read(damaged)).Message, "damaged");
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => EntityDocuments.Read(cut)).Message, "cut.conll.gz: the gzip data are cut off");
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => EntityDocuments.Read(Files.Folder)).Message, "can't be read");
    }

    [TestMethod]
    public void Overlapping_empty_and_crossing_spans_are_resolved_and_counted()
    {
        string path = Files.Write("overlap.jsonl", """{"text": "in New York-based firms ", "entities": [[3, 11, "LOC"], [3, 6, "X"], [3, 11, "Y"], [2, 3, "Z"], [17, 24, "ORG"]]}""");

        EntityDocuments documents = EntityDocuments.Read(path);

        Assert.AreEqual("LOC[3,11)New York ORG[18,23)firms", Show(documents[0]));
        string warnings = string.Join('\n', documents.Warnings);
        StringAssert.Contains(warnings, "2 entities were dropped");
        StringAssert.Contains(warnings, "1 entity was");
        StringAssert.Contains(warnings, "1 word was cut");
    }

    [TestMethod]
    public void Broken_sequences_are_counted()
    {
        EntityDocuments documents = EntityDocuments.Read(Files.Write("broken", "a B-X\nb I-X\n\nc O\nd I-X\n\ne B-Y\nf O\n"));

        Assert.AreEqual("X[2,3)d", Show(documents[1]));
        StringAssert.Contains(string.Join('\n', documents.Warnings), "1 sentence begin");
    }

    [TestMethod]
    public void Offsets_that_count_characters_are_seen_by_the_entities_own_texts()
    {
        EntityDocuments documents = EntityDocuments.Read(Files.Write("python.jsonl", "{\"text\": \"😀 in Paris\", \"entities\": [{\"start\": 5, \"end\": 10, \"label\": \"LOC\", \"text\": \"Paris\"}]}\n{\"text\": \"😀 in Paris\", \"entities\": [{\"start\": 6, \"end\": 11, \"label\": \"LOC\", \"text\": \"Paris\"}]}"));

        Assert.AreEqual("LOC[6,11)Paris", Show(documents[0]));
        Assert.AreEqual("LOC[6,11)Paris", Show(documents[1]));
        StringAssert.Contains(string.Join('\n', documents.Warnings), "1 entity was placed by characters");
    }

    [TestMethod]
    public void Lone_surrogates_and_pairs_cut_by_a_span_are_read()
    {
        EntityDocuments documents = EntityDocuments.Read(Files.Write("surrogates.jsonl", """{"text": "a \ud83d b \ud83d\ude00 \"c\"\n", "entities": [[2, 3, "X"], [7, 8, "Y"]]}"""));

        Assert.AreEqual("a \uD83D b 😀 \"c\"\n", documents[0].Text);
        Assert.AreEqual("X[2,3)\uD83D Y[6,8)😀", Show(documents[0]));
    }

    [TestMethod]
    public void Bytes_that_are_no_text_are_told()
    {
        string path = Path.Combine(Files.Folder, "latin1.conll");
        File.WriteAllBytes(path, [.. Encoding.Latin1.GetBytes("Müller B-PER\n")]);

        StringAssert.Contains(EntityDocuments.Read(path).Warnings.Single(), "not UTF-8");
    }

    [TestMethod]
    public void Characters_of_Chinese_are_joined_without_spaces()
    {
        EntityDocument document = EntityDocument.OfWords(["我", "爱", "北", "京", "OK", "𠀀", "天"], ["O", "O", "B-LOC", "I-LOC", "O", "O", "O"]);

        Assert.AreEqual("我爱北京 OK 𠀀天", document.Text);
        Assert.AreEqual("LOC[2,4)北京", Show(document));
    }

    [TestMethod]
    public void Texts_without_labels_are_read_for_prediction_one_a_line()
    {
        EntityDocuments texts = EntityDocuments.ReadUnlabelled(Files.Write("texts.txt", "Peter lives in Paris.\n\nAnna too\n")),
            words = EntityDocuments.ReadUnlabelled(Files.Write("words.conll", "Peter\nlives\n\nAnna\n")),
            lines = EntityDocuments.ReadUnlabelled(Files.Write("lines.jsonl", "{\"text\": \"Peter\"}\n{\"tokens\": [\"Anna\", \"x\"]}\n"));

        Assert.AreEqual("Peter lives in Paris.||Anna too", string.Join('|', texts.Select(t => t.Text)));
        Assert.AreEqual("Peter lives|Anna", string.Join('|', words.Select(t => t.Text)));
        Assert.AreEqual("Peter|Anna x", string.Join('|', lines.Select(t => t.Text)));
        Assert.IsTrue(lines[1].HasGivenWords && !lines[0].HasGivenWords && lines.All(d => d.Entities is null));
    }

    [TestMethod]
    public void Any_spans_within_a_text_become_runs_of_whole_words()
    {
        Random random = new(11);
        string[] pieces = ["ab", "c", " ", ".", "京", "😀", "\uD83D", "\u0007", "-", "9,9"];
        for (int round = 0; round < 3000; round++)
        {
            StringBuilder built = new();
            for (int i = random.Next(10); i > 0; i--) built.Append(pieces[random.Next(pieces.Length)]);
            string text = built.ToString();
            List<EntityMention> entities = [];
            for (int i = random.Next(5); i > 0; i--)
            {
                int start = random.Next(text.Length + 1);
                entities.Add(new EntityMention(start, start + random.Next(text.Length - start + 1), "AB"[random.Next(2)].ToString(), ""));
            }

            EntityDocument document = EntityDocument.OfText(text, entities);

            int end = 0;
            foreach ((EntityMention mention, EntitySpan span) in document.Entities!.Zip(document.Spans!))
            {
                Assert.IsTrue(mention.Start >= end && mention.End > mention.Start, text);
                Assert.AreEqual((mention.Start, mention.End), (document.StartOf(span.First), document.EndOf(span.End - 1)));
                Assert.AreEqual(text[mention.Start..mention.End], mention.Text);
                end = mention.End;
            }
            for (int i = 1; i < document.WordCount; i++) Assert.IsTrue(document.StartOf(i) >= document.EndOf(i - 1), text);
            TagSequences.TagsOf(document.Spans!, document.WordCount, TagScheme.Bio);
        }
    }

    [TestMethod]
    public void A_line_of_a_megabyte_is_read()
    {
        string text = string.Concat(Enumerable.Repeat("Peter went to Paris. ", 50_000));

        EntityDocuments documents = EntityDocuments.Read(Files.Write("long.jsonl", JsonSerializer.Serialize(text)[..^1].Insert(0, "{\"text\": ") + "\", \"entities\": [[0, 5, \"PER\"]]}"));

        Assert.AreEqual(250_000, documents[0].WordCount);
        Assert.AreEqual(1000, WordRun.Of(documents[0], 250).Count());
    }

    [TestMethod]
    public void Long_documents_are_cut_behind_sentences_and_never_within_an_entity()
    {
        EntityDocument sentences = EntityDocument.OfText(string.Concat(Enumerable.Repeat("one two three. ", 40)));
        string[] words = [.. Enumerable.Repeat("w", 100)], tags = [.. Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? "B-X" : "I-X")];
        EntityDocument entities = EntityDocument.OfWords(words, tags);

        Assert.IsTrue(WordRun.Of(sentences, 30).All(r => r.Word(r.Count - 1) is "." && r.Count <= 30));
        Assert.IsTrue(WordRun.Of(entities, 25).All(r => r.First % 10 == 0 && r.Count <= 25));
        Assert.AreEqual(100, WordRun.Of(entities, 7).Sum(r => r.Count));
    }

    [TestMethod]
    public void Held_out_documents_leave_every_label_to_learn_from()
    {
        EntityDocuments documents = new(Enumerable.Range(0, 60).Select(i => EntityDocument.OfWords(["a", "b"], [i == 7 ? "B-RARE" : "B-X", "O"])));

        for (int seed = 0; seed < 20; seed++)
        {
            (EntityDocuments train, EntityDocuments? validation) = HeldOut.Split(documents, seed);

            Assert.AreEqual((48, 12), (train.Count, validation!.Count));
            Assert.AreEqual("RARE X", string.Join(' ', train.Labels));
        }
        Assert.IsNull(HeldOut.Split(documents.Take([0, 1, 2]), 1).Validation);
    }

    private static string Show(EntityDocument document) => string.Join(' ', document.Entities!.Select(e => $"{e.Label}[{e.Start},{e.End}){e.Text}"));

    private static byte[] Packed(string content)
    {
        using MemoryStream stream = new();
        using (GZipStream zip = new(stream, CompressionLevel.Optimal)) zip.Write(Encoding.UTF8.GetBytes(content));
        return stream.ToArray();
    }

    private static class Files
    {
        public static string Folder { get; } = Directory.CreateTempSubdirectory("mlpipes-entities-").FullName;

        public static string Write(string name, string content)
        {
            string path = Path.Combine(Folder, name);
            File.WriteAllBytes(path, name.EndsWith(".gz", StringComparison.Ordinal) ? Packed(content) : Encoding.UTF8.GetBytes(content));
            return path;
        }
    }
}
