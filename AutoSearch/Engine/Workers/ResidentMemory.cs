using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MLPipes.AutoSearch;

/// <summary>Reads how much memory processes hold, and gives back what allocators keep for later.</summary>
internal static partial class ResidentMemory
{
    private static volatile bool hasNoTrim = !OperatingSystem.IsLinux();

    /// <summary>Bytes that process <paramref name="id"/> holds in memory; 0 once it has ended.</summary>
    public static long Of(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The second number is resident pages; see proc_pid_statm(5).
                ReadOnlySpan<byte> pages = File.ReadAllBytes($"/proc/{id}/statm");
                pages = pages[(pages.IndexOf((byte)' ') + 1)..];
                return Utf8Parser.TryParse(pages, out long count, out _) ? count * Environment.SystemPageSize : 0;
            }
            using Process process = Process.GetProcessById(id);
            return process.WorkingSet64;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return 0;
        }
    }

    /// <summary>Collects garbage and gives free memory back to the system, of native code as well where the C library can.</summary>
    public static void Trim()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (hasNoTrim) return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc.
            hasNoTrim = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
