using System.Runtime.InteropServices;

namespace MLPipes.Trainers.Torch;

/// <summary>Where the native libraries lie: TorchSharp's own, and libtorch, which may be lent by another program's folder.</summary>
/// <param name="Binding">TorchSharp's native library, as a full path.</param>
/// <param name="Libtorch">Folder of libtorch.</param>
/// <param name="IsLent">Whether <see cref="Setting"/> named that folder.</param>
internal sealed record TorchFolders(string Binding, string Libtorch, bool IsLent)
{
    /// <summary>Environment variable that names a folder with the libtorch of another install.</summary>
    public const string Setting = "MLPIPES_LIBTORCH";

    private static readonly string rid = RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx-arm64"
        : $"{(OperatingSystem.IsWindows() ? "win" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>Name of a library's file on this system, as in libtorch.so and torch.dll.</summary>
    public static string FileOf(string name) => OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    /// <summary>Finds both, the user's setting before what was installed with the program.</summary>
    /// <exception cref="TorchException">One is missing.</exception>
    public static TorchFolders Find(string? lent)
    {
        IReadOnlyList<string> places = Places();
        string binding = Holding(places, "LibTorchSharp") ?? throw new TorchException(
            $"TorchSharp's native library {FileOf("LibTorchSharp")} is not installed for {rid}; looked in {string.Join(", ", places)}. "
            + "It comes with the package TorchSharp, for linux-x64, win-x64 and osx-arm64; install mlpipes again on one of these.");
        if (lent is { Length: > 0 }) return new TorchFolders(Path.Combine(binding, FileOf("LibTorchSharp")), Lent(lent), IsLent: true);
        string libtorch = Holding(places, "torch_cpu") ?? throw new TorchException(
            $"libtorch ({FileOf("torch_cpu")}) is not installed; looked in {string.Join(", ", places)}. Reference the package libtorch-cpu-{rid} "
            + $"{LibtorchVersion.Built}, or set {Setting} to a folder that holds libtorch {LibtorchVersion.Fitting}, such as torch/lib of a Python install.");
        return new TorchFolders(Path.Combine(binding, FileOf("LibTorchSharp")), libtorch, IsLent: false);
    }

    private static string Lent(string setting)
    {
        // People name the install (site-packages/torch, libtorch) as often as the folder in it.
        string[] folders = [Path.GetFullPath(setting), Path.Combine(Path.GetFullPath(setting), "lib")];
        return Holding(folders, "torch_cpu") ?? throw new TorchException(
            $"{Setting} names {setting}, which {(Directory.Exists(setting) ? $"holds no {FileOf("torch_cpu")}" : "is no folder")}. "
            + $"Set it to a folder with libtorch {LibtorchVersion.Fitting}, such as torch/lib of a Python install, or unset it to use the installed one.");
    }

    private static string? Holding(IReadOnlyList<string> folders, string library) => folders.FirstOrDefault(f => File.Exists(Path.Combine(f, FileOf(library))));

    /// <summary>Folders that .NET searches for native libraries, and those of a package cache where the program runs from one (notebooks).</summary>
    private static List<string> Places()
    {
        List<string> places = [];
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string known)
            places.AddRange(known.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        string managed = Path.GetDirectoryName(typeof(TorchSharp.torch).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
        string package = Path.GetFullPath(Path.Combine(managed, "..", ".."));
        string native = Path.Combine("runtimes", rid, "native");
        places.AddRange([AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, native), managed, Path.Combine(managed, native), Path.Combine(package, native)]);
        string libtorch = Path.GetFullPath(Path.Combine(package, "..", "..", $"libtorch-cpu-{rid}", LibtorchVersion.Built, native));
        if (Directory.Exists(libtorch)) places.Add(libtorch);
        return [.. places.Select(Path.TrimEndingDirectorySeparator).Distinct()];
    }
}
