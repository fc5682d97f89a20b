using MLPipes.Cli;

namespace MLPipes.Tests.Cli;

[TestClass]
public sealed class LiveViewTests
{
    [TestMethod]
    public void On_a_terminal_the_search_is_drawn_in_place()
    {
        using StringWriter output = new(), error = new();

        int code = CommandLine.RunAsync(["train", Trained.Binary, "--label", "label", "--trials", "6", "--threads", "2", "--out", Path.Combine(Trained.Folder, "live.zip")], Live(output, error)).GetAwaiter().GetResult();

        Assert.AreEqual(0, code, error.ToString());
        string drawn = error.ToString();
        foreach (string part in (string[])["of 6 trials", "running ", "trainer", "Ctrl+C", "\u001b["]) StringAssert.Contains(drawn, part);
        Assert.DoesNotContain("\u001b[", output.ToString());
    }

    [TestMethod, DoNotParallelize]
    public void While_an_encoder_is_fitted_its_loss_speed_and_time_left_are_shown()
    {
        string texts = Trained.FileOf("live-texts.csv", "text,label\n" + string.Join('\n', Enumerable.Range(0, 150).Select(i => $"\"the {(i % 2 == 0 ? "warm and quiet" : "cold and noisy")} room number {i} of the house by the sea\",{(i % 2 == 0 ? "good" : "bad")}"))),
            encoder = Path.Combine(Trained.Folder, "live-encoder");
        Assert.AreEqual(0, CliRun.Of("pretrain", texts, "--out", encoder, "--epochs", "1", "--vocabulary", "300", "--max-length", "16", "--threads", "1").Code);
        using StringWriter output = new(), error = new();
        string? before = Environment.GetEnvironmentVariable("MLPIPES_ENCODER");

        int code;
        try
        {
            code = CommandLine.RunAsync(["train", texts, "--label", "label", "--task", "text-classification", "--encoder", encoder, "--trainers", "text-encoder", "--trials", "2", "--threads", "2", "--isolation", "inprocess", "--no-journal", "--out", Path.Combine(Trained.Folder, "live-text.zip")], Live(output, error)).GetAwaiter().GetResult();
        }
        finally
        {
            Environment.SetEnvironmentVariable("MLPIPES_ENCODER", before);
        }

        Assert.AreEqual(0, code, error.ToString());
        foreach (string part in (string[])["fitting ", "text-encoder: epoch ", "loss ", "tokens/s", " left"]) StringAssert.Contains(error.ToString(), part);
    }

    private static Terminal Live(TextWriter output, TextWriter error) => new()
    {
        Out = output,
        OutBytes = Stream.Null,
        Error = TextWriter.Synchronized(error),
        OpenInput = () => Stream.Null,
        Started = TimeProvider.System.GetUtcNow(),
        IsErrorLive = true,
    };
}
