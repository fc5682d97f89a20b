using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class PatchedLibraryTests
{
    private static byte[] Patched()
    {
        // libtorch has to be there: what is loaded here needs it.
        TorchRuntime.Load();
        byte[] content = File.ReadAllBytes(TorchFolders.Find(lent: null).Binding);
        new ElfImage(content, "x.so").Weaken("libstdc++.so.6", "GLIBCXX_3.4.32");
        return content;
    }

    [TestMethod]
    public void Loads_from_memory()
    {
        bool loaded = PatchedLibrary.TryLoadFromMemory(Patched(), "x.so", out nint library);

        Assert.IsTrue(loaded);
        Assert.IsTrue(NativeLibrary.TryGetExport(library, "THSTorch_get_num_threads", out _));
    }

    [TestMethod]
    public void What_is_no_library_is_not_loaded_from_memory()
    {
        Assert.IsFalse(PatchedLibrary.TryLoadFromMemory([1, 2, 3], "x.so", out _));
    }

    [TestMethod]
    public void A_kept_file_loads_and_only_its_owner_may_write_it()
    {
        using ScratchFolder scratch = new();

        string path = PatchedLibrary.Keep(Patched(), "x.so", Path.Combine(scratch.Path, "native"));

        Assert.IsTrue(NativeLibrary.TryLoad(path, out nint library));
        Assert.IsTrue(NativeLibrary.TryGetExport(library, "THSTorch_get_num_threads", out _));
        Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(path)!) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    }

    [TestMethod]
    public void Many_at_once_keep_one_whole_file()
    {
        using ScratchFolder scratch = new();
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        string[] paths = new string[24];

        Parallel.For(0, paths.Length, i => paths[i] = PatchedLibrary.Keep(content, "x.so", scratch.Path));

        Assert.HasCount(1, paths.Distinct());
        Assert.HasCount(1, Directory.GetFiles(scratch.Path));
        CollectionAssert.AreEqual(content, File.ReadAllBytes(paths[0]));
    }

    [TestMethod]
    public void A_damaged_kept_file_is_replaced_and_one_in_use_stays_whole()
    {
        using ScratchFolder scratch = new();
        byte[] content = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];
        string path = PatchedLibrary.Keep(content, "x.so", scratch.Path);
        File.WriteAllBytes(path, new byte[1000]);
        using FileStream inUse = File.OpenRead(path);

        string again = PatchedLibrary.Keep(content, "x.so", scratch.Path);

        Assert.AreEqual(path, again);
        CollectionAssert.AreEqual(content, File.ReadAllBytes(path));
        // Another process that runs the old file keeps it: it was replaced by name, not written into.
        Assert.AreEqual(0, inUse.ReadByte());
        Assert.AreEqual(0, inUse.ReadByte());
    }

    [TestMethod]
    public void The_installed_file_is_never_written()
    {
        string installed = TorchFolders.Find(lent: null).Binding;
        DateTime before = File.GetLastWriteTimeUtc(installed);

        TorchRuntime.Load();

        byte[] content = File.ReadAllBytes(installed);
        Assert.IsTrue(new ElfImage(content, installed).Weaken("libstdc++.so.6", "GLIBCXX_3.4.32"), "its flag was set");
        Assert.AreEqual(before, File.GetLastWriteTimeUtc(installed));
    }
}
