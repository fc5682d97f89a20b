using System.IO.Compression;
using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class ProbedEntryTests
{
    [TestMethod]
    [DataRow(3_000_000, true, true, DisplayName = "noise is stored as it is")]
    [DataRow(3_000_000, false, false, DisplayName = "what shrinks is packed")]
    [DataRow(10_000, true, false, DisplayName = "little is packed, whatever it is")]
    public void Noise_is_not_packed_and_all_comes_back(int length, bool isNoise, bool isStored)
    {
        byte[] content = new byte[length];
        if (isNoise) new Random(1).NextBytes(content);
        using MemoryStream file = new();

        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        using (ProbedEntry entry = new(level => zip.CreateEntry("x", level).Open()))
            for (int at = 0; at < length; at += 70_001) entry.Write(content.AsSpan(at, Math.Min(70_001, length - at)));

        using ZipArchive read = new(file, ZipArchiveMode.Read);
        using MemoryStream back = new();
        using (Stream packed = read.Entries[0].Open()) packed.CopyTo(back);
        CollectionAssert.AreEqual(content, back.ToArray());
        Assert.AreEqual(isStored, read.Entries[0].CompressedLength == length, $"{read.Entries[0].CompressedLength} of {length} bytes");
    }
}
