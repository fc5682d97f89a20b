namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class LentLibtorchTests
{
    [TestMethod]
    public void A_folder_that_is_not_there_or_holds_no_libtorch_is_refused_with_what_to_do()
    {
        using ScratchFolder scratch = new();

        foreach (string lent in (string[])[scratch.Path, Path.Combine(scratch.Path, "none"), "relative/none"])
        {
            TorchException error = Assert.ThrowsExactly<TorchException>(() => TorchFolders.Find(lent));
            StringAssert.Contains(error.Message, TorchFolders.Setting);
            StringAssert.Contains(error.Message, LibtorchVersion.Fitting);
        }
    }

    [TestMethod]
    public void The_install_above_its_folder_of_libraries_is_understood()
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch.File("torch", "lib", TorchFolders.FileOf("torch_cpu")), "");

        TorchFolders folders = TorchFolders.Find(Path.Combine(scratch.Path, "torch"));

        Assert.AreEqual(Path.Combine(scratch.Path, "torch", "lib"), folders.Libtorch);
        Assert.IsTrue(folders.IsLent);
    }

    [TestMethod]
    public void Missing_and_damaged_libraries_are_named()
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch.File("lib", TorchFolders.FileOf("torch_cpu")), "no library");
        TorchFolders folders = TorchFolders.Find(scratch.Path);

        TorchException missing = Assert.ThrowsExactly<TorchException>(() => NativeTorch.Load(folders));
        File.WriteAllText(scratch.File("lib", TorchFolders.FileOf("c10")), "no library");
        TorchException damaged = Assert.ThrowsExactly<TorchException>(() => NativeTorch.Load(folders));

        StringAssert.Contains(missing.Message, $"{TorchFolders.FileOf("c10")} is missing");
        StringAssert.Contains(damaged.Message, $"{TorchFolders.FileOf("c10")} is refused by the system");
        StringAssert.Contains(damaged.Message, TorchFolders.Setting);
    }

    [TestMethod]
    [DataRow("1.13.0a0")]
    [DataRow("2.9.1")]
    [DataRow("2.13.0+cu130")]
    [DataRow("2.100.0")]
    [DataRow("3.10")]
    [DataRow("2.1")]
    [DataRow("nonsense")]
    public void A_version_that_does_not_fit_is_refused_with_those_that_do(string version)
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch.File("torch", "version.py"), $"from typing import Optional\n__all__ = ['__version__']\n__version__ = '{version}'\ndebug = False\n");
        File.WriteAllText(scratch.File("torch", "lib", TorchFolders.FileOf("torch_cpu")), "");

        TorchException error = Assert.ThrowsExactly<TorchException>(() => NativeTorch.Load(TorchFolders.Find(Path.Combine(scratch.Path, "torch"))));

        StringAssert.Contains(error.Message, version);
        StringAssert.Contains(error.Message, LibtorchVersion.Fitting);
    }

    [TestMethod]
    [DataRow("2.10.0+cu128")]
    [DataRow("2.11.0")]
    [DataRow("2.11.0a0+git1234")]
    [DataRow("2.10")]
    public void A_version_that_fits_is_taken(string version)
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch.File("version.py"), $"__version__: str = \"{version}\"\n");

        string? found = LibtorchVersion.Of(scratch.File("lib", "x") is var file ? Path.GetDirectoryName(file)! : "");
        LibtorchVersion.Check(found, scratch.Path);

        Assert.AreEqual(version, found);
    }

    [TestMethod]
    public void The_archive_of_libtorch_tells_its_version()
    {
        using ScratchFolder scratch = new();
        File.WriteAllText(scratch.File("build-version"), "2.11.0+cpu\n");
        Directory.CreateDirectory(Path.Combine(scratch.Path, "lib"));

        Assert.AreEqual("2.11.0+cpu", LibtorchVersion.Of(Path.Combine(scratch.Path, "lib")));
        Assert.IsNull(LibtorchVersion.Of(Path.Combine(scratch.Path, "lib", "deeper")));
    }
}
