namespace MLPipes.Trainers.Torch.Tests;

[TestClass, OSCondition(OperatingSystems.Linux)]
public sealed class ElfImageTests
{
    private const string Cpp = "libstdc++.so.6", Version = "GLIBCXX_3.4.32";

    private static byte[] Installed() => File.ReadAllBytes(TorchFolders.Find(lent: null).Binding);

    [TestMethod]
    public void Weakening_sets_one_flag_and_changes_nothing_else()
    {
        byte[] before = Installed(), after = Installed();

        bool changed = new ElfImage(after, "x.so").Weaken(Cpp, Version);

        int[] different = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
        Assert.IsTrue(changed);
        Assert.HasCount(1, different);
        Assert.AreEqual(before[different[0]] | 2, after[different[0]]);
    }

    [TestMethod]
    public void Weakening_again_changes_nothing()
    {
        byte[] once = Installed();
        new ElfImage(once, "x.so").Weaken(Cpp, Version);
        byte[] twice = [.. once];

        bool changed = new ElfImage(twice, "x.so").Weaken(Cpp, Version);

        Assert.IsFalse(changed);
        CollectionAssert.AreEqual(once, twice);
    }

    [TestMethod]
    [DataRow("libstdc++.so.6", "GLIBCXX_9.9.9")]
    [DataRow("libnone.so.1", "GLIBCXX_3.4.32")]
    public void A_version_that_it_does_not_ask_for_is_refused(string library, string version)
    {
        ElfImage image = new(Installed(), "x.so");

        TorchException error = Assert.ThrowsExactly<TorchException>(() => image.Weaken(library, version));

        StringAssert.Contains(error.Message, version);
    }

    [TestMethod]
    public void What_is_no_ELF_library_is_refused()
    {
        byte[][] others = [[], [1, 2, 3], "MZ this is a Windows library, padded to more than a header's length....."u8.ToArray(), new byte[4096]];

        foreach (byte[] other in others)
        {
            TorchException error = Assert.ThrowsExactly<TorchException>(() => new ElfImage(other, "other.so"));
            StringAssert.Contains(error.Message, "other.so");
        }
    }

    [TestMethod]
    public void A_truncated_library_is_refused_wherever_it_ends()
    {
        byte[] whole = Installed();

        for (int length = 0; length < whole.Length; length += whole.Length / 97)
        {
            byte[] part = whole[..length];
            Assert.ThrowsExactly<TorchException>(() => new ElfImage(part, "x.so").Weaken(Cpp, Version), $"at {length} bytes");
        }
    }

    [TestMethod]
    public void Damaged_numbers_end_in_an_error_or_an_answer()
    {
        byte[] whole = Installed();
        Random random = new(1);
        int refused = 0;

        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = [.. whole];
            int header = random.Next(64);
            // Half of the damage goes to the table of sections, where offsets and links are.
            int at = round % 2 == 0 ? header : (int)BitConverter.ToInt64(whole, 40) + random.Next(31 * 64);
            damaged[at] = (byte)random.Next(256);
            try
            {
                ElfImage image = new(damaged, "x.so");
                image.Weaken(Cpp, Version);
                image.UnversionedImports();
            }
            catch (TorchException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(0, refused);
    }

    [TestMethod]
    public void Imports_without_version_are_those_of_libtorch()
    {
        IReadOnlyList<string> imports = new ElfImage(Installed(), "x.so").UnversionedImports();

        Assert.IsGreaterThan(1000, imports.Count);
        Assert.DoesNotContain("memcpy", imports);
        Assert.IsTrue(imports.All(name => name.StartsWith("_Z", StringComparison.Ordinal)), string.Join(", ", imports.Where(n => !n.StartsWith("_Z", StringComparison.Ordinal)).Take(5)));
    }
}
