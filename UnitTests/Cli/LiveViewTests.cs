using MLPipes.Cli;

namespace MLPipes.Tests.Cli;

[TestClass]
public sealed class LiveViewTests
{
    [TestMethod]
    public void On_a_terminal_the_search_is_drawn_in_place()
    {
        using StringWriter output = new(), error = new();

        int code = CommandLine.RunAsync(["train", Trained.Binary, "--label", "label", "--trials", "6", "--threads", "2", "--out", Path.Combine(Trained.Folder, "live.zip")], new Terminal
        {
            Out = output,
            OutBytes = Stream.Null,
            Error = TextWriter.Synchronized(error),
            OpenInput = () => Stream.Null,
            Started = TimeProvider.System.GetUtcNow(),
            IsErrorLive = true,
        }).GetAwaiter().GetResult();

        Assert.AreEqual(0, code, error.ToString());
        string drawn = error.ToString();
        foreach (string part in (string[])["of 6 trials", "running ", "trainer", "Ctrl+C", "\u001b["]) StringAssert.Contains(drawn, part);
        Assert.DoesNotContain("\u001b[", output.ToString());
    }
}
