using System.Text.Json;

namespace MLPipes.Tests.Cli;

[TestClass]
public sealed class PretrainTests
{
    private static readonly string corpus = Trained.FileOf("corpus.txt", string.Join('\n', Enumerable.Range(0, 120).Select(i => $"line {i % 7} of the {(i % 2 == 0 ? "small" : "large")} corpus says little, and says it {i % 5} times")));

    private static string Out(string name) => Path.Combine(Trained.Folder, name);

    private static string[] Small(string output, params string[] more) => ["pretrain", corpus, "--out", output, "--epochs", "1", "--vocabulary", "300", "--max-length", "16", "--threads", "1", .. more];

    [TestMethod]
    public void A_corpus_becomes_an_encoder_and_a_document()
    {
        CliRun run = CliRun.Of(Small(Out("encoder"), "--json"));

        Assert.AreEqual(0, run.Code, run.Error);
        JsonElement document = run.Json;
        Assert.AreEqual(114, document.GetProperty("documents").GetInt32());
        Assert.AreEqual(6, document.GetProperty("held_out_documents").GetInt32());
        Assert.AreEqual("epochs", document.GetProperty("end").GetString());
        Assert.AreEqual(1, document.GetProperty("epochs").GetArrayLength());
        Assert.IsGreaterThan(document.GetProperty("after").GetProperty("perplexity").GetDouble(), document.GetProperty("before").GetProperty("perplexity").GetDouble());
        foreach (string file in (string[])["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"])
            Assert.IsTrue(File.Exists(Path.Combine(Out("encoder"), file)), file);
    }

    [TestMethod]
    public void It_goes_on_from_an_encoder_and_says_how_it_went()
    {
        Assert.AreEqual(0, CliRun.Of(Small(Out("first"))).Code);

        CliRun run = CliRun.Of("pretrain", corpus, "--out", Out("second"), "--encoder", Out("first"), "--epochs", "2", "--max-length", "16", "--threads", "1", "--seed", "3");

        Assert.AreEqual(0, run.Code, run.Error);
        StringAssert.StartsWith(run.Out, "From first: ");
        StringAssert.Contains(run.Out, "always the commonest");
        StringAssert.Contains(run.Out, $"Encoder: {Out("second")}");
        StringAssert.Contains(run.Error, "epoch 2 of 2: held-out perplexity");
    }

    [TestMethod]
    public void Texts_come_from_the_column_of_a_table()
    {
        string table = Trained.FileOf("texts.csv", "id,text\n" + string.Join('\n', Enumerable.Range(0, 40).Select(i => $"{i},\"number {i} is, like number {i + 1}, a number\"")));

        CliRun run = CliRun.Of("pretrain", table, "--out", Out("cells"), "--column", "text", "--epochs", "1", "--vocabulary", "300", "--max-length", "16", "--threads", "1", "--json");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual(40, run.Json.GetProperty("documents").GetInt32() + run.Json.GetProperty("held_out_documents").GetInt32());
    }

    [TestMethod]
    public void What_can_t_be_is_refused_in_one_line()
    {
        CliRun.Of("pretrain", corpus).AssertRefused("--out");
        CliRun.Of("pretrain", "--out", Out("x")).AssertRefused("<corpus> is missing");
        CliRun.Of("pretrain", "absent.txt", "--out", Out("x")).AssertRefused("absent.txt: there is no such file");
        CliRun.Of("pretrain", corpus, "--out", corpus).AssertRefused("--out");
        CliRun.Of("pretrain", corpus, "--out", Out("x"), "--vocabulary", "10").AssertRefused("--vocabulary");
        CliRun.Of("pretrain", corpus, "--out", Out("x"), "--encoder", Trained.Folder).AssertRefused("config.json");
        CliRun.Of("pretrain", Trained.Numbers, "--out", Out("x"), "--column", "absent").AssertRefused("absent");
        CliRun.Of("pretrain", Trained.FileOf("one.txt", "one line"), "--out", Out("x")).AssertRefused("Give more texts");
    }

    [TestMethod]
    public void An_encoder_is_not_overwritten_by_what_goes_on_from_it()
    {
        Assert.AreEqual(0, CliRun.Of(Small(Out("kept"))).Code);

        CliRun.Of("pretrain", corpus, "--out", Out("kept") + "/", "--encoder", Out("kept")).AssertRefused("the encoder's own folder");
    }

    [TestMethod]
    public void An_interrupt_ends_it_without_a_result()
    {
        CliRun run = CliRun.With(() => Stream.Null, new CancellationToken(canceled: true), Small(Out("interrupted")));

        Assert.AreEqual(130, run.Code);
        Assert.IsFalse(File.Exists(Path.Combine(Out("interrupted"), "model.safetensors")));
    }

    [TestMethod]
    public void Time_is_kept()
    {
        CliRun run = CliRun.Of("pretrain", corpus, "--out", Out("timed"), "--epochs", "100000", "--vocabulary", "300", "--max-length", "16", "--threads", "1", "--time", "4s", "--json");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual("time", run.Json.GetProperty("end").GetString());
        Assert.IsLessThan(5.5, run.Json.GetProperty("seconds_wall").GetDouble());
    }
}
