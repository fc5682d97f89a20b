using System.Diagnostics;
using System.Text.Json;

namespace MLPipes.Tests.Cli;

/// <summary>The command as users start it: a process of its own.</summary>
[TestClass]
public sealed class ProcessTests
{
    [TestMethod]
    public void Standard_output_holds_only_the_document_and_errors_exit_with_2()
    {
        (int code, string output, _, _) = Run("list", "trainers", "--json");
        (int wrong, string nothing, string error, _) = Run("profile", "absent.csv");

        Assert.AreEqual(0, code);
        Assert.AreEqual(JsonValueKind.Array, JsonDocument.Parse(output).RootElement.ValueKind);
        Assert.AreEqual((2, ""), (wrong, nothing));
        Assert.AreEqual("error: absent.csv: there is no such file.", error.Trim());
    }

    [TestMethod, TestCategory("Slow")]
    public void The_time_of_the_whole_process_stays_within_the_budget()
    {
        (int code, string output, string error, double seconds) = Run("train", Trained.Binary, "--label", "label", "--time", "6s", "--out", Path.Combine(Trained.Folder, "process.zip"), "--json");

        Assert.AreEqual(0, code, error);
        Assert.IsLessThan(9, seconds);
        Assert.AreEqual(6, JsonDocument.Parse(output).RootElement.GetProperty("seconds_budget").GetDouble());
    }

    /// <summary>The command's own output folder: beside the tests it would find their assembly, which is not its own.</summary>
    private static readonly string command = Path.Combine(SharedFolder.Repository, "Cli", "bin",
        Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!), "net10.0", "mlpipes.dll");

    private static (int Code, string Out, string Error, double Seconds) Run(params string[] args)
    {
        ProcessStartInfo start = new("dotnet", ["exec", command, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromMinutes(1)));
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult(), watch.Elapsed.TotalSeconds);
    }
}
