using System.IO.Compression;
using System.Text;

namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class BrokenBundleTests
{
    private static readonly byte[] sound = Bytes(MixedTable.Pipeline());
    private static readonly Table table = MixedTable.Rows(5);

    [TestMethod]
    [TestCategory("Slow")]
    public void Mutated_bytes_give_a_pipeline_or_a_bundle_error()
    {
        Random random = new(11);
        int loaded = 0;
        for (int i = 0; i < 4000; i++) loaded += Outcome(Mutated(sound, random)) ? 1 : 0;

        Assert.IsLessThan(4000, loaded);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Mutated_entries_in_a_sound_zip_give_a_pipeline_or_a_bundle_error()
    {
        Random random = new(12);
        List<(string Name, byte[] Content)> entries = Unzip(sound);
        int loaded = 0;
        for (int i = 0; i < 4000; i++)
        {
            int at = random.Next(entries.Count);
            loaded += Outcome(Zip(entries.Select((e, k) => k == at ? (e.Name, Mutated(e.Content, random)) : e))) ? 1 : 0;
        }

        // Many changed weights still make a model; what counts is that nothing else than a model or the error comes out.
        Assert.IsLessThan(4000, loaded);
    }

    [TestMethod]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < sound.Length; length += Math.Max(1, sound.Length / 200)) Refused(sound[..length]);
    }

    [TestMethod]
    public void Another_format_version_says_what_to_do()
    {
        StringAssert.Contains(Refused(Edit("manifest.json", text => text.Replace("\"format\": 1", "\"format\": 2"))).Message, "Update mlpipes");
        StringAssert.Contains(Refused(Edit("manifest.json", text => text.Replace("\"format\": 1", "\"format\": 0"))).Message, "format version is 0");
    }

    [TestMethod]
    [DataRow("../evil.bin")]
    [DataRow("/etc/evil")]
    [DataRow("models/../../evil")]
    [DataRow("models\\1.bin")]
    [DataRow("features/1.bin")]
    public void Entries_that_nothing_asks_for_are_refused(string name) =>
        StringAssert.Contains(Refused(Zip([.. Unzip(sound), (name, [1, 2, 3])])).Message, "does not belong");

    [TestMethod]
    public void Entries_that_stand_twice_are_refused()
    {
        List<(string Name, byte[] Content)> entries = Unzip(sound);

        StringAssert.Contains(Refused(Zip([.. entries, entries[3]])).Message, "twice");
    }

    [TestMethod]
    [DataRow("manifest.json")]
    [DataRow("schema.json")]
    [DataRow("members.json")]
    [DataRow("features/0.bin")]
    [DataRow("models/0.bin")]
    public void Missing_and_empty_entries_are_named(string name)
    {
        List<(string Name, byte[] Content)> entries = Unzip(sound);

        StringAssert.Contains(Refused(Zip(entries.Where(e => e.Name != name))).Message, name);
        StringAssert.Contains(Refused(Zip(entries.Select(e => e.Name == name ? (name, []) : e))).Message, name);
    }

    [TestMethod]
    public void Bytes_left_over_are_refused()
    {
        List<(string Name, byte[] Content)> entries = Unzip(sound);

        StringAssert.Contains(Refused(Zip(entries.Select(e => e.Name == "models/0.bin" ? (e.Name, [.. e.Content, 0]) : e))).Message, "left over");
    }

    [TestMethod]
    public void Unknown_kinds_are_refused()
    {
        List<(string Name, byte[] Content)> entries = Unzip(sound);
        byte[] model = entries.Single(e => e.Name == "models/0.bin").Content;
        model[4] ^= 1;

        StringAssert.Contains(Refused(Zip(entries.Select(e => e.Name == "models/0.bin" ? (e.Name, model) : e))).Message, "no kind");
    }

    [TestMethod]
    public void A_zip_that_unpacks_to_more_than_it_could_hold_is_refused_before_it_is_unpacked()
    {
        byte[] bomb = Zip(Unzip(sound).Select(e => e.Name == "schema.json" ? (e.Name, new byte[300 << 20]) : e));
        long before = GC.GetAllocatedBytesForCurrentThread();

        StringAssert.Contains(Refused(bomb).Message, "more than a model needs");

        Assert.IsLessThan(10L << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Schemas_that_contradict_the_parts_are_refused()
    {
        Refused(Edit("schema.json", text => text.Replace("\"Binary\"", "\"Regression\"")));
        Refused(Edit("schema.json", text => text.Replace("\"name\": \"city\"", "\"name\": \"town\"")));
        Refused(Edit("schema.json", text => text.Replace("\"width\": 2", "\"width\": -2")));
        Refused(Edit("members.json", text => text.Replace("\"weight\": 1", "\"weight\": -1")));
        Refused(Edit("members.json", text => text.Replace("\"model\": 0", "\"model\": 7")));
        Refused(Edit("members.json", _ => "[null]"));
        Refused(Edit("members.json", _ => "[]"));
        Refused(Edit("manifest.json", _ => "null"));
        Refused(Edit("manifest.json", _ => "{}"));
    }

    private static BundleException Refused(byte[] bytes) => Assert.ThrowsExactly<BundleException>(() => FittedPipeline.Load(new MemoryStream(bytes)));

    private static bool Outcome(byte[] bytes)
    {
        FittedPipeline pipeline;
        try
        {
            pipeline = FittedPipeline.Load(new MemoryStream(bytes));
        }
        catch (BundleException)
        {
            return false;
        }
        try
        {
            pipeline.Predict(table);
        }
        catch (TableException)
        {
            // A renamed column or another width is a sound schema for other data.
        }
        return true;
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        byte[] changed = (byte[])bytes.Clone();
        for (int edits = random.Next(1, 4); edits > 0 && changed.Length > 0; edits--)
        {
            int at = random.Next(changed.Length);
            switch (random.Next(4))
            {
                case 0: changed[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: changed[at] = (byte)random.Next(256); break;
                case 2: changed = [.. changed[..at], .. changed[Math.Min(changed.Length, at + random.Next(1, 9))..]]; break;
                default: changed = [.. changed[..at], (byte)random.Next(256), .. changed[at..]]; break;
            }
        }
        return changed;
    }

    private static byte[] Edit(string name, Func<string, string> edit) =>
        Zip(Unzip(sound).Select(e => e.Name == name ? (name, Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(e.Content)))) : e));

    private static byte[] Bytes(FittedPipeline pipeline)
    {
        BundleTests.RoundTrip(pipeline, out byte[] bytes);
        return bytes;
    }

    private static List<(string Name, byte[] Content)> Unzip(byte[] bytes)
    {
        using ZipArchive zip = new(new MemoryStream(bytes));
        List<(string, byte[])> entries = [];
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using MemoryStream content = new();
            using (Stream stream = entry.Open()) stream.CopyTo(content);
            entries.Add((entry.FullName, content.ToArray()));
        }
        return entries;
    }

    private static byte[] Zip(IEnumerable<(string Name, byte[] Content)> entries)
    {
        MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }
}
