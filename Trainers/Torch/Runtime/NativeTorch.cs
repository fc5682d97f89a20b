using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MLPipes.Trainers.Torch;

/// <summary>Loads the native libraries by full path, in the order of their needs, and hands them to TorchSharp.</summary>
internal static class NativeTorch
{
    // The one version that TorchSharp 0.107 asks of the C++ library without using anything of it; GCC 13 brought it.
    private const string CppLibrary = "libstdc++.so.6", UnusedVersion = "GLIBCXX_3.4.32";
    private const int ShownSymbols = 3;

    /// <summary>What was loaded and how.</summary>
    /// <param name="Folders">From where.</param>
    /// <param name="Version">Version of libtorch; null where nothing tells.</param>
    /// <param name="IsPatched">Whether the native part of TorchSharp had to be changed to load.</param>
    public sealed record Loaded(TorchFolders Folders, string? Version, bool IsPatched)
    {
        /// <summary>Whether this libtorch is built for CUDA as well.</summary>
        public bool HasCuda { get; } = File.Exists(Path.Combine(Folders.Libtorch, TorchFolders.FileOf("torch_cuda")));
    }

    /// <exception cref="TorchException">Something is missing, does not fit or can't be loaded.</exception>
    public static Loaded Load(TorchFolders folders)
    {
        string? version = folders.IsLent ? LibtorchVersion.Of(folders.Libtorch) : LibtorchVersion.Built;
        LibtorchVersion.Check(version, folders.Libtorch);
        if (!folders.IsLent && !OperatingSystem.IsLinux())
        {
            // Nothing needs a change there, and TorchSharp knows the order that CUDA's parts want on Windows.
            torch.TryInitializeDeviceType(DeviceType.CPU);
            return new Loaded(folders, version, IsPatched: false);
        }
        nint libtorch = LoadLibtorch(folders);
        if (folders.IsLent && OperatingSystem.IsLinux()) CheckSymbols(folders, version, libtorch);
        bool patched = LoadBinding(folders.Binding, out nint binding);
        HandOver(binding);
        return new Loaded(folders, version, patched);
    }

    private static nint LoadLibtorch(TorchFolders folders)
    {
        // torch needs all the others. Loaded one by one, the message names the one that is wrong; CUDA's parts are there in CUDA builds only.
        nint last = 0;
        foreach (string name in (string[])["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"])
        {
            string path = Path.Combine(folders.Libtorch, TorchFolders.FileOf(name));
            if (!File.Exists(path) && name.EndsWith("_cuda", StringComparison.Ordinal)) continue;
            last = LoadFile(path, folders.IsLent);
        }
        return last;
    }

    private static nint LoadFile(string path, bool lent)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            string next = lent
                ? $"Check the install that {TorchFolders.Setting} names, or unset the variable to use the installed libtorch."
                : OperatingSystem.IsWindows() ? "Install the Visual C++ redistributable, or mlpipes again." : "Install mlpipes again.";
            throw new TorchException($"libtorch can't be loaded: {path} {(File.Exists(path) ? $"is refused by the system ({Reason(error)})" : "is missing")}. {next}", error);
        }
    }

    /// <summary>A function that libtorch lacks would end the process at its first call, so all are looked up first.</summary>
    private static void CheckSymbols(TorchFolders folders, string? version, nint libtorch)
    {
        string[] missing = [.. new ElfImage(File.ReadAllBytes(folders.Binding), folders.Binding).UnversionedImports().Where(name => !NativeLibrary.TryGetExport(libtorch, name, out _))];
        if (missing.Length > 0)
            throw new TorchException($"{TorchFolders.Setting}: libtorch {version ?? "of unknown version"} in {folders.Libtorch} lacks {missing.Length} functions that TorchSharp calls "
                + $"({string.Join(", ", missing.Take(ShownSymbols))}), expected version {LibtorchVersion.Fitting}. Name a folder with one of these, or unset the variable.");
    }

    private static bool LoadBinding(string path, out nint binding)
    {
        try
        {
            binding = NativeLibrary.Load(path);
            return false;
        }
        catch (DllNotFoundException error) when (OperatingSystem.IsLinux() && error.Message.Contains(UnusedVersion, StringComparison.Ordinal))
        {
            byte[] content = File.ReadAllBytes(path);
            new ElfImage(content, path).Weaken(CppLibrary, UnusedVersion);
            binding = PatchedLibrary.Load(content, Path.GetFileName(path));
            return true;
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new TorchException($"TorchSharp's native library {path} is refused by the system ({Reason(error)}). Install mlpipes again.", error);
        }
    }

    /// <summary>Calls of TorchSharp go to this library, and its own search, which might load a second libtorch beside a lent one, is left out.</summary>
    private static void HandOver(nint binding)
    {
        Assembly torchSharp = typeof(torch).Assembly;
        NativeLibrary.SetDllImportResolver(torchSharp, (name, _, _) => name == "LibTorchSharp" ? binding : 0);
        IsLoaded(null) = true;
        IsCudaLoaded(null) = true;
    }

    // .NET puts hints for developers before the system's own words.
    private static string Reason(Exception error) =>
        error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 1 } lines ? lines[1] : error.Message;

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "nativeBackendLoaded")]
    private static extern ref bool IsLoaded([UnsafeAccessorType("TorchSharp.torch, TorchSharp")] object? torch);

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "nativeBackendCudaLoaded")]
    private static extern ref bool IsCudaLoaded([UnsafeAccessorType("TorchSharp.torch, TorchSharp")] object? torch);
}
