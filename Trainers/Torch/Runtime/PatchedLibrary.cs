using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace MLPipes.Trainers.Torch;

/// <summary>Loads a changed copy of a native library, leaving the installed file, which may be read-only or shared, as it is.</summary>
/// <remarks>
/// The copy lives in anonymous memory (memfd), so nothing is written and nothing can be in the way of another process. Systems that
/// forbid to run code from there get a file in a folder of the user's own, named by the content's hash and put there by renaming.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static partial class PatchedLibrary
{
    private const int CloseOnExec = 1;
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <exception cref="DllNotFoundException">The copy can't be loaded either.</exception>
    public static nint Load(byte[] content, string name)
    {
        if (TryLoadFromMemory(content, name, out nint library)) return library;
        return NativeLibrary.Load(Keep(content, name, CacheFolder()));
    }

    internal static bool TryLoadFromMemory(byte[] content, string name, out nint library)
    {
        library = 0;
        int descriptor = CreateMemoryFile(name, CloseOnExec);
        if (descriptor < 0) return false;
        // The loader knows a library by its path. So the descriptor of a loaded one stays open: no other file may get its number.
        SafeFileHandle file = new(descriptor, ownsHandle: false);
        RandomAccess.Write(file, content, 0);
        if (NativeLibrary.TryLoad($"/proc/self/fd/{descriptor}", out library)) return true;
        new SafeFileHandle(descriptor, ownsHandle: true).Dispose();
        return false;
    }

    /// <summary>Writes the content once into the folder and returns the file's path; processes may do so at the same time.</summary>
    internal static string Keep(byte[] content, string name, string folder)
    {
        string path = Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}-{name}");
        if (IsWhole(path, content)) return path;
        Directory.CreateDirectory(folder, Own);
        string draft = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            File.WriteAllBytes(draft, content);
            File.SetUnixFileMode(draft, Own);
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
        return path;
    }

    // Code is run from this file: what lies there must be what we would write.
    private static bool IsWhole(string path, byte[] content) =>
        File.Exists(path) && new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    private static string CacheFolder()
    {
        string caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } chosen && Path.IsPathRooted(chosen)
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "mlpipes", "native");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);
}
