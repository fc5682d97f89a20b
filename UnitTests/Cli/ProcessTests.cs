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
        (int code, string output, _, _) = CliProcess.Run("list", "trainers", "--json");
        (int wrong, string nothing, string error, _) = CliProcess.Run("profile", "absent.csv");

        Assert.AreEqual(0, code);
        Assert.AreEqual(JsonValueKind.Array, JsonDocument.Parse(output).RootElement.ValueKind);
        Assert.AreEqual((2, ""), (wrong, nothing));
        Assert.AreEqual("error: absent.csv: there is no such file.", error.Trim());
    }

    [TestMethod]
    public void Fits_left_behind_in_native_code_do_not_change_how_the_process_ends()
    {
        ProcessStartInfo start = new("dotnet", ["exec", CliProcess.Command, "doctor", "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;

        // An ordinary exit goes well by chance now and then.
        for (int run = 0; run < 3; run++)
        {
            using Process process = Process.Start(start)!;
            (int code, string output, string error) = CliProcess.End(process);

            Assert.AreEqual((0, ""), (code, error));
            Assert.AreEqual(JsonValueKind.Object, JsonDocument.Parse(output).RootElement.ValueKind);
        }
    }

    [TestMethod, TestCategory("Slow")]
    public void The_time_of_the_whole_process_stays_within_the_budget()
    {
        (int code, string output, string error, double seconds) = CliProcess.Run("train", Trained.Binary, "--label", "label", "--time", "6s", "--out", Path.Combine(Trained.Folder, "process.zip"), "--json");

        Assert.AreEqual(0, code, error);
        Assert.IsLessThan(9, seconds);
        Assert.AreEqual(6, JsonDocument.Parse(output).RootElement.GetProperty("seconds_budget").GetDouble());
    }
}
