using System.Runtime.InteropServices;

namespace MLPipes.Cli;

/// <summary>Ends the process at once.</summary>
/// <remarks>
/// A fit that did not listen when a search's time was over is left behind, in native code. An ordinary exit runs the destructors of libtorch's globals
/// under it, which mostly ends in a crash after all is saved and told, and in the exit code of a crash. Here the system takes the process down as it is.
/// </remarks>
internal static partial class ProcessEnd
{
    /// <summary>Ends the process with <paramref name="code"/>; what was written to flushed streams stays. Returns only where the system has no such call.</summary>
    public static void Now(int code)
    {
        if (OperatingSystem.IsWindows()) TerminateProcess(-1, (uint)code);
        else Exit(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Exit(int code);

    // The handle -1 is the process itself.
    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateProcess(nint process, uint code);
}
