using System.IO.Compression;
using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class EntityTaggerTests
{
    private static readonly string folder = Directory.CreateTempSubdirectory("mlpipes-tagger-").FullName;

    [TestMethod]
    public void A_saved_tagger_finds_the_same()
    {
        string path = Path.Combine(folder, "same.zip");
        string[] texts = [.. Names.Sentences(50, 9).Select(d => d.Text)];
        Names.Tagger.Save(path);

        using EntityTagger loaded = EntityTagger.Load(path);

        Assert.AreEqual(Show(Names.Tagger, texts), Show(loaded, texts));
        Assert.AreEqual("LOC PER", string.Join(' ', loaded.Labels));
        Assert.IsTrue(EntityTagger.IsTagger(path));
        Assert.AreEqual(("ner", "crf"), (loaded.Manifest.Task, loaded.Manifest.Trainer));
    }

    [TestMethod]
    public void Offsets_count_UTF16_units_of_the_raw_text()
    {
        EntityMention found = Names.Tagger.Find("😀 \t Anna lives in Oslo .")[0];

        Assert.AreEqual((5, 9, "Anna"), (found.Start, found.End, found.Text));
    }

    [TestMethod]
    public void Given_words_get_a_tag_each() =>
        Assert.AreEqual("B-PER I-PER O O B-LOC O", string.Join(' ', Names.Tagger.TagWords(["John", "Smith", "lives", "in", "Oslo", "."])));

    [TestMethod]
    public void Evaluation_does_not_see_where_the_entities_of_a_text_begin()
    {
        // With the words cut at its entity, "Anna" would be a word of its own and be found.
        EntityDocument cut = EntityDocument.OfText("Anna_x lives in Oslo .", [new EntityMention(0, 4, "PER", ""), new EntityMention(16, 20, "LOC", "")]);

        EntityMetrics metrics = Names.Tagger.Evaluate([cut]);

        Assert.AreEqual(0, metrics.Types.Single(t => t.Type == "PER").Recall);
        Assert.AreEqual(1, metrics.Types.Single(t => t.Type == "LOC").Recall);
    }

    [TestMethod]
    public void Damaged_files_are_refused_and_never_crash()
    {
        byte[] good = Bytes();
        Random random = new(6);
        int refused = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[] bad = [.. good];
            for (int i = 0; i < 1 + random.Next(4); i++) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            if (round % 5 == 0) bad = bad[..random.Next(bad.Length)];
            try
            {
                EntityTagger.Load(new MemoryStream(bad)).Dispose();
            }
            catch (BundleException)
            {
                refused++;
            }
        }
        Assert.IsGreaterThan(250, refused);
    }

    [TestMethod]
    public void Entries_whose_values_do_not_fit_are_refused()
    {
        Dictionary<string, byte[]> entries = Entries(Bytes());
        byte[] manifest = entries["manifest.json"], model = entries["tagger.bin"];
        Random random = new(8);

        Refuse(With("manifest.json", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(manifest).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal))), "Update mlpipes");
        Refuse(With("manifest.json", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(manifest).Replace("\"ner\"", "\"binary\"", StringComparison.Ordinal))), "FittedPipeline.Load");
        Refuse(With("manifest.json", "{}"u8.ToArray()), "manifest.json");
        Refuse(With("tagger.bin", [.. model, 0]), "left over");
        Refuse(With("tagger.bin", model[..(model.Length / 2)]), "tagger.bin");
        Refuse(With("more.bin", [1]), "more.bin");
        // The bytes themselves, with checksums that hold: what the reader's own checks are for.
        for (int round = 0; round < 400; round++)
        {
            byte[] bad = [.. model];
            bad[random.Next(Math.Min(bad.Length, round % 2 == 0 ? 400 : bad.Length))] = (byte)random.Next(256);
            try
            {
                using EntityTagger loaded = EntityTagger.Load(Zip(With("tagger.bin", bad)));
                loaded.Find("Anna lives in Oslo .");
            }
            catch (BundleException)
            {
                // A refusal is as right as a model with another weight.
            }
        }

        Dictionary<string, byte[]> With(string name, byte[] content) => new(entries) { [name] = content };

        static void Refuse(Dictionary<string, byte[]> entries, string says) => StringAssert.Contains(Assert.ThrowsExactly<BundleException>(() => EntityTagger.Load(Zip(entries))).Message, says);
    }

    [TestMethod]
    public void A_pipeline_and_a_tagger_tell_each_other_apart()
    {
        string path = Path.Combine(folder, "apart.zip"), absent = Path.Combine(folder, "absent.zip");
        Names.Tagger.Save(path);

        StringAssert.Contains(Assert.ThrowsExactly<BundleException>(() => FittedPipeline.Load(path)).Message, "EntityTagger.Load");
        StringAssert.Contains(Assert.ThrowsExactly<BundleException>(() => EntityTagger.Load(absent)).Message, "no such file");
        Assert.IsFalse(EntityTagger.IsTagger(absent) || EntityTagger.IsTagger(folder));
    }

    private static string Show(EntityTagger tagger, string[] texts) => string.Join('\n', tagger.Find(texts).Select(f => string.Join(' ', f)));

    private static byte[] Bytes()
    {
        using MemoryStream stream = new();
        new CrfEntityTrainer { Epochs = 3 }.Fit(Names.Sentences(20, 1)).Save(stream);
        return stream.ToArray();
    }

    private static Dictionary<string, byte[]> Entries(byte[] file)
    {
        using ZipArchive zip = new(new MemoryStream(file));
        return zip.Entries.ToDictionary(e => e.FullName, e =>
        {
            using MemoryStream content = new();
            using Stream entry = e.Open();
            entry.CopyTo(content);
            return content.ToArray();
        });
    }

    private static MemoryStream Zip(Dictionary<string, byte[]> entries)
    {
        MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        stream.Position = 0;
        return stream;
    }
}
