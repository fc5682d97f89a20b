using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using MLPipes.Pipelines;
using MLPipes.Trainers;
using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary>Looks at what the machine gives to training: cores, memory, native libraries, GPU.</summary>
internal static class Machine
{
    public const string Fine = "ok", Note = "note", Problem = "problem";

    public static IReadOnlyList<Finding> Look() => [Version(), Runtime(), Cores(), Memory(), Disk(), Boosting(), Gpu(), .. TorchFindings.Of(TorchRuntime.Describe()), Plugins()];

    private static Finding Version() => new("mlpipes", Fine, typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    private static Finding Runtime() => new(".NET", Fine, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");

    private static Finding Cores()
    {
        string simd = System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? "512-bit vectors" : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? "256-bit vectors" : "128-bit vectors";
        return new Finding("cores", Fine, $"{Environment.ProcessorCount} usable, {simd}");
    }

    private static Finding Memory()
    {
        // The runtime knows a container's limit (cgroup) as well as the machine's memory.
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        long limit = memory.TotalAvailableMemoryBytes;
        string found = $"{Gib(limit)} usable by this process{(memory.MemoryLoadBytes > 0 ? $", {Gib(memory.MemoryLoadBytes)} of the machine in use" : "")}";
        return limit < 2L << 30
            ? new Finding("memory", Note, found, "less than 2 GiB: large tables may not fit; give the container or machine more.")
            : new Finding("memory", Fine, found);
    }

    private static Finding Disk()
    {
        string folder = Path.GetTempPath();
        try
        {
            long free = new DriveInfo(folder).AvailableFreeSpace;
            return free < 1L << 30
                ? new Finding("disk", Note, $"{Gib(free)} free at {folder}", "free some space: models and journals are written there first.")
                : new Finding("disk", Fine, $"{Gib(free)} free at {folder}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Finding("disk", Note, $"free space at {folder} is not known: {error.Message}");
        }
    }

    private static Finding Boosting() => LightGbmLibrary.FindProblem() is { } problem
        ? new Finding("LightGBM", Problem, "the native library can't be loaded", problem)
        : new Finding("LightGBM", Fine, "native library loaded, libgomp found");

    private static Finding Gpu()
    {
        bool driver = NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint handle);
        if (driver) NativeLibrary.Free(handle);
        string? names = AskDriver();
        if (!driver) return new Finding("GPU", Note, names is null ? "no NVIDIA driver found" : $"{names}, but its library libcuda can't be loaded", "none is needed: networks train on the CPU as well, only slower.");
        return new Finding("GPU", Fine, names ?? "NVIDIA driver present, nvidia-smi not found");
    }

    /// <summary>The GPUs as the driver's own tool names them; null where there is none or it does not answer.</summary>
    private static string? AskDriver()
    {
        try
        {
            using Process tool = Process.Start(new ProcessStartInfo("nvidia-smi", "--query-gpu=name,memory.total --format=csv,noheader")
            { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            Task<string> output = tool.StandardOutput.ReadToEndAsync();
            if (!tool.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                tool.Kill(entireProcessTree: true);
                return null;
            }
            string names = string.Join("; ", output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            return tool.ExitCode == 0 && names.Length > 0 ? names : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // The tool is not installed.
            return null;
        }
    }

    private static Finding Plugins()
    {
        (int trainers, int featurizers) = (Catalog.Trainers.Count, Catalog.Featurizers.Count);
        return trainers == 0
            ? new Finding("catalog", Problem, "no trainer found", "install mlpipes again: files are missing beside the program.")
            : new Finding("catalog", Fine, $"{trainers} trainers, {featurizers} featurizers");
    }

    private static string Gib(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB");
}
