using System.IO.Compression;
using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TextCorpusTests
{
    private static byte[] Packed(string text)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionMode.Compress)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }

    [TestMethod]
    public void Lines_of_plain_and_packed_files_are_texts()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("a.txt"), "one\n\n  \ntwo é 中\r\nthree");
        File.WriteAllBytes(scratch.At("b.txt.gz"), Packed("four\nfive"));

        CollectionAssert.AreEqual((string[])["one", "two é 中", "three"], TextCorpus.Read(scratch.At("a.txt")).ToArray());
        CollectionAssert.AreEqual((string[])["one", "two é 中", "three", "four", "five"], TextCorpus.Read(scratch.Path).ToArray());
    }

    [TestMethod]
    public void Of_a_table_it_is_the_named_column_or_the_one_with_the_longest_texts()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("t.csv"), "kind,note\nshort,a long note about this\nshort,\nshort,\"another, with a comma\"\n");

        CollectionAssert.AreEqual((string[])["a long note about this", "another, with a comma"], TextCorpus.Read(scratch.At("t.csv")).ToArray());
        CollectionAssert.AreEqual((string[])["short", "short", "short"], TextCorpus.Read(scratch.At("t.csv"), "kind").ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => TextCorpus.Read(scratch.At("t.csv"), "nota").ToArray()).Message, "nota");
    }

    [TestMethod]
    public void What_is_no_text_is_refused_by_name()
    {
        using Scratch scratch = new();
        File.WriteAllBytes(scratch.At("bytes.txt"), [0x41, 0xFF, 0xFE, 0x0A]);
        byte[] packed = Packed(string.Join('\n', Enumerable.Range(0, 1000)));
        packed.AsSpan(10, 60).Fill(0xFF);
        File.WriteAllBytes(scratch.At("damaged.txt.gz"), packed);
        File.WriteAllBytes(scratch.At("cut.txt.gz"), Packed("one\ntwo\n")[..^8]);
        File.WriteAllText(scratch.At("numbers.csv"), "a,b\n1,2\n3,4\n");
        Directory.CreateDirectory(scratch.At("empty"));

        foreach (string file in (string[])["bytes.txt", "damaged.txt.gz", "cut.txt.gz", "numbers.csv", "absent.txt", "empty"])
            StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => TextCorpus.Read(scratch.At(file)).ToArray()).Message, file);
    }
}
