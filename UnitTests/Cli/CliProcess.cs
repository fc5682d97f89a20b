using System.Diagnostics;

namespace MLPipes.Tests.Cli;

/// <summary>The command as a process of its own.</summary>
internal static class CliProcess
{
    /// <summary>
    /// The command in its own output folder, for beside the tests it would find their assembly, which is not its own; or the one that the
    /// variable MLPIPES_COMMAND names, such as a published one.
    /// </summary>
    public static string Command { get; } = Environment.GetEnvironmentVariable("MLPIPES_COMMAND") ?? Path.Combine(SharedFolder.Repository, "Cli", "bin",
        Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!), "net10.0", "mlpipes.dll");

    /// <summary>Starts it; whoever starts it kills it or waits for it.</summary>
    public static Process Start(params string[] args) =>
        Process.Start(new ProcessStartInfo("dotnet", ["exec", Command, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Runs it to its end, its temporary files in <paramref name="folder"/>.</summary>
    public static (int Code, string Out, string Error) RunWithTemporaryFolder(string folder, params string[] args)
    {
        ProcessStartInfo start = new("dotnet", ["exec", Command, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[OperatingSystem.IsWindows() ? "TEMP" : "TMPDIR"] = folder;
        start.Environment["TMP"] = folder;
        using Process process = Process.Start(start)!;
        return End(process);
    }

    /// <summary>Runs it to its end.</summary>
    public static (int Code, string Out, string Error, double Seconds) Run(params string[] args)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Start(args);
        (int code, string output, string error) = End(process);
        return (code, output, error, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Waits for its end and reads what it wrote.</summary>
    public static (int Code, string Out, string Error) End(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromMinutes(5)), "it did not end");
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}
