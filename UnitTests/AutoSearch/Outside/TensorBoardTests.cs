using System.Buffers.Binary;
using System.Text;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests.Outside;

[TestClass]
public sealed class TensorBoardTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-tensorboard-").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Clean() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Checksums_are_those_of_the_reference()
    {
        // RFC 3720, appendix B.4: CRC-32C of 32 zeros, 32 ones, and 0 to 31; masked as TensorFlow's crc32c.h says.
        Assert.AreEqual(Masked(0x8A9136AA), TensorBoardFile.MaskedCrc(new byte[32]));
        Assert.AreEqual(Masked(0x62A8AB43), TensorBoardFile.MaskedCrc([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.AreEqual(Masked(0x46DD794E), TensorBoardFile.MaskedCrc([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    }

    [TestMethod]
    public void A_file_begins_as_those_of_TensorFlow_do()
    {
        using MemoryStream stream = new();
        using TensorBoardFile file = new(stream, 1.5);

        // Length 24 and its masked checksum: the first twelve bytes of any event file that TensorFlow 2 wrote.
        CollectionAssert.AreEqual(new byte[] { 0x18, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22 }, stream.ToArray()[..12]);
    }

    [TestMethod]
    public async Task What_a_study_does_can_be_read_back()
    {
        List<TrialEvent> events = [];
        TensorBoardLog log;
        StudyResult result;
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 8);
        using (log = new TensorBoardLog(Path.Combine(folder, "run", "1"), new Progress(events.Add)))
            result = await new Study(options with { Trainers = [.. options.Trainers, TestTrainers.Entry<CrashingTrainer>()] }).RunAsync(log, TestContext.CancellationToken);

        List<(long Step, string Tag, float Value)> scalars = Read(log.Path);

        Assert.IsNull(log.Problem);
        StringAssert.Contains(Path.GetFileName(log.Path), ".tfevents.");
        Assert.IsTrue(events.Any(e => e is TrialEvent.Started), "the next reader is told");
        foreach (LeaderboardRow row in result.Leaderboard.Rows)
        {
            Assert.AreEqual((float)row.Score, scalars.Single(s => s.Step == row.Number && s.Tag == "trial/score").Value);
            Assert.AreEqual((float)row.Loss, scalars.Single(s => s.Step == row.Number && s.Tag == "trial/loss").Value);
            Assert.AreEqual((float)row.Score, scalars.Single(s => s.Step == row.Number && s.Tag == $"trainer/{row.Trainer}/score").Value);
        }
        Assert.AreEqual((float)result.Leaderboard.Best!.Loss, scalars.Last(s => s.Tag == "best/loss").Value);
        Assert.AreEqual(1f, scalars.Last(s => s.Tag == "trials/failed").Value);
        Assert.AreEqual(result.Leaderboard.Completed, scalars.Count(s => s.Tag == "trials/completed"));
    }

    [TestMethod]
    public void Two_logs_in_one_folder_are_two_files()
    {
        using TensorBoardLog one = new(folder), two = new(folder);

        Assert.AreNotEqual(one.Path, two.Path);
    }

    [TestMethod]
    public void A_folder_that_cannot_be_written_to_is_named()
    {
        string file = Path.Combine(folder, "a file");
        File.WriteAllText(file, "");

        StudyException error = Assert.ThrowsExactly<StudyException>(() => new TensorBoardLog(Path.Combine(file, "below")));

        StringAssert.Contains(error.Message, file);
    }

    private static uint Masked(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);

    /// <summary>Reads an event file by its specification alone, checking every checksum with a table-free CRC-32C.</summary>
    private static List<(long Step, string Tag, float Value)> Read(string path)
    {
        List<(long, string, float)> scalars = [];
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        for (int record = 0; rest.Length > 0; record++)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            Assert.AreEqual(Masked(Crc(rest[..8])), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]), "checksum of a length");
            ReadOnlySpan<byte> message = rest.Slice(12, length);
            Assert.AreEqual(Masked(Crc(message)), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]), "checksum of a message");
            rest = rest[(16 + length)..];

            Dictionary<int, List<byte[]>> fields = Fields(message);
            Assert.IsGreaterThan(1.7e9, BitConverter.ToDouble(fields[1][0]), "seconds since 1970");
            if (record == 0)
            {
                Assert.AreEqual("brain.Event:2", Encoding.UTF8.GetString(fields[3][0]));
                continue;
            }
            foreach (byte[] value in Fields(fields[5][0])[1])
            {
                Dictionary<int, List<byte[]>> scalar = Fields(value);
                scalars.Add((BitConverter.ToInt64(fields[2][0]), Encoding.UTF8.GetString(scalar[1][0]), BitConverter.ToSingle(scalar[2][0])));
            }
        }
        return scalars;
    }

    private static Dictionary<int, List<byte[]>> Fields(ReadOnlySpan<byte> message)
    {
        Dictionary<int, List<byte[]>> fields = [];
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint(message, ref at);
            byte[] content;
            switch (key & 7)
            {
                case 0: content = BitConverter.GetBytes(Varint(message, ref at)); break;
                case 1: content = message.Slice(at, 8).ToArray(); at += 8; break;
                case 2: int length = (int)Varint(message, ref at); content = message.Slice(at, length).ToArray(); at += length; break;
                case 5: content = message.Slice(at, 4).ToArray(); at += 4; break;
                default: throw new InvalidDataException($"wire type {key & 7}");
            }
            if (!fields.TryGetValue((int)(key >> 3), out List<byte[]>? all)) fields.Add((int)(key >> 3), all = []);
            all.Add(content);
        }
        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128) return value;
        }
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78u & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}
