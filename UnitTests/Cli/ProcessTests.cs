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

    [TestMethod, TestCategory("Slow")]
    public void The_time_of_the_whole_process_stays_within_the_budget()
    {
        (int code, string output, string error, double seconds) = CliProcess.Run("train", Trained.Binary, "--label", "label", "--time", "6s", "--out", Path.Combine(Trained.Folder, "process.zip"), "--json");

        Assert.AreEqual(0, code, error);
        Assert.IsLessThan(9, seconds);
        Assert.AreEqual(6, JsonDocument.Parse(output).RootElement.GetProperty("seconds_budget").GetDouble());
    }
}
