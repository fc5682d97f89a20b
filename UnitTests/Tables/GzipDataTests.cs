using System.IO.Compression;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

[TestClass]
public sealed class GzipDataTests
{
    private static readonly byte[] text = [.. Enumerable.Range(0, 300).SelectMany(i => System.Text.Encoding.UTF8.GetBytes($"{i},{i * 7919 % 1013}\n"))];

    [TestMethod]
    [DataRow(1), DataRow(7), DataRow(1 << 20)]
    public void Whole_data_come_out_as_they_went_in_however_they_are_read(int step)
    {
        byte[] packed = Packed(text);

        CollectionAssert.AreEqual(text, Unpacked(packed, step));
        CollectionAssert.AreEqual((byte[])[], Unpacked(Packed([]), step));
        CollectionAssert.AreEqual(text, Unpacked(text, step), "data that are not packed");
    }

    [TestMethod]
    [DataRow(1), DataRow(7), DataRow(1 << 20)]
    public void All_members_are_read(int step)
    {
        byte[] packed = [.. Packed(text), .. Packed([]), .. Packed("between"u8.ToArray()), .. Packed(text)];

        CollectionAssert.AreEqual((byte[])[.. text, .. "between"u8, .. text], Unpacked(packed, step));
    }

    [TestMethod]
    public void Data_that_end_early_are_refused_wherever_they_end()
    {
        byte[] member = Packed(text), packed = [.. member, .. member];

        for (int length = 2; length < packed.Length; length++)
            if (length != member.Length) Refused(packed[..length]);
    }

    [TestMethod]
    public void Data_with_a_wrong_byte_or_something_else_behind_them_are_refused()
    {
        byte[] packed = Packed(text);

        // The last byte before the check sum has bits that mean nothing.
        int idle = packed.Length - 9;
        for (int at = 10; at < packed.Length; at++)
        {
            if (at == idle) continue;
            byte[] wrong = [.. packed];
            wrong[at] ^= 0x10;
            Refused(wrong);
        }
        Refused([.. packed, .. "something else"u8]);
    }

    [TestMethod]
    [DataRow("cut.csv.gz"), DataRow("cut.tsv.gz"), DataRow("cut.jsonl.gz")]
    public void A_table_whose_file_was_cut_off_is_refused_with_file_reason_and_next_step(string name)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mlpipes-gzip-").FullName, name);
        byte[] packed = Packed(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => name.Contains("json", StringComparison.Ordinal) ? $"{{\"a\": {i}, \"b\": {i * 7919 % 1013}}}\n" : $"{i},{i * 7919 % 1013}\n"))));
        File.WriteAllBytes(path, packed[..^8]);

        TableException error = Assert.ThrowsExactly<TableException>(() => Table.Read(path));

        foreach (string part in (string[])[name, "cut off", "expected whole gzip data", "again"]) StringAssert.Contains(error.Message, part);
    }

    private static void Refused(byte[] packed) => StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Unpacked(packed, 1000)).Message, "cut off or damaged");

    private static byte[] Unpacked(byte[] data, int step)
    {
        using Stream stream = GzipData.Unpack(new Dripping(data, step));
        using MemoryStream all = new();
        byte[] buffer = new byte[step];
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer)) all.Write(buffer, 0, read);
        Assert.AreEqual(0, stream.Read(buffer), "the end stays the end");
        return all.ToArray();
    }

    private static byte[] Packed(byte[] content)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal)) gzip.Write(content);
        return stream.ToArray();
    }

    /// <summary>Gives few bytes at a time, so that members begin and end anywhere in what is read.</summary>
    private sealed class Dripping(byte[] data, int step) : MemoryStream(data, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, step)]);
    }
}
