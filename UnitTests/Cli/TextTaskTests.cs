namespace MLPipes.Tests.Cli;

/// <summary>The tasks that say that columns are text, and the encoder's option.</summary>
[TestClass, DoNotParallelize]
public sealed class TextTaskTests
{
    private static readonly string reviews = Write("reviews.csv", "review,stars,sentiment", i => $"{(i % 2 == 0 ? "a fine room" : "a cold room")},{i % 5},{(i % 2 == 0 ? "good" : "bad")}");
    private static readonly string pairs = Write("pairs.csv", "first,second,score", i => $"{(i % 3 == 0 ? "a red car" : "a blue boat")},{(i % 2 == 0 ? "a red car" : "the blue boat")},{(i % 3 == 0 == (i % 2 == 0) ? 4.5 : 1.25).ToString(System.Globalization.CultureInfo.InvariantCulture)}");

    [TestMethod]
    public void Text_classification_reads_every_string_column_as_text()
    {
        // Two values of three words each would be a category.
        CliRun run = Train(reviews, "sentiment", "text-classification");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual("binary", run.Json.GetProperty("task").GetString());
        Assert.IsFalse(run.Json.TryGetProperty("encoder", out _));
        // Only what reads text as words gives a result at all here: there is no category.
        StringAssert.Contains(run.Json.GetProperty("best").GetProperty("trainer").GetString(), "fast-text");
    }

    [TestMethod]
    public void Similarity_is_a_number_for_two_texts()
    {
        CliRun run = Train(pairs, "score", "similarity");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual("regression", run.Json.GetProperty("task").GetString());
    }

    [TestMethod]
    [DataRow("similarity", "stars", "2 are compared")]
    [DataRow("summary", "sentiment", "choose auto, binary, multiclass, regression, text-classification")]
    public void What_does_not_fit_is_refused_with_what_was_expected(string task, string label, string expected)
    {
        CliRun run = CliRun.Of("train", reviews, "--label", label, "--task", task, "--ignore", label == "stars" ? "sentiment" : "stars", "--trials", "1");

        Assert.AreEqual(2, run.Code, run.Error);
        StringAssert.Contains(run.Error, expected);
    }

    [TestMethod]
    public void Text_classification_of_numbers_alone_is_refused()
    {
        CliRun run = CliRun.Of("train", Trained.Numbers, "--label", "price", "--task", "text-classification", "--trials", "1");

        Assert.AreEqual(2, run.Code);
        StringAssert.Contains(run.Error, "holds strings");
    }

    [TestMethod]
    public void A_whole_encoder_is_taken_and_a_damaged_one_refused_before_the_search_whatever_is_wrong_with_it()
    {
        string good = Path.Combine(Trained.Folder, "good-encoder");
        Assert.AreEqual(0, CliRun.Of("pretrain", reviews, "--column", "review", "--out", good, "--epochs", "1", "--vocabulary", "300", "--max-length", "16", "--threads", "1").Code);
        // In a process of its own, where nothing has loaded libtorch before.
        (int code, _, string error, _) = CliProcess.Run("train", reviews, "--label", "sentiment", "--task", "text-classification", "--trials", "3", "--encoder", good, "--out", Path.Combine(Trained.Folder, "good.zip"), "--json");
        Assert.AreEqual(0, code, error);
        const string weights = "model.safetensors", config = "config.json", index = "model.safetensors.index.json";

        Refused(f => File.WriteAllBytes(f(weights), File.ReadAllBytes(f(weights))[..5000]), weights, "truncated");
        Refused(f => File.WriteAllBytes(f(weights), [0, 0, 0, 0, 0, 0, 0, 1, .. File.ReadAllBytes(f(weights))[8..]]), weights, "header");
        Refused(f => Replace(f(config), "\"hidden_size\": 256", "\"hidden_size\": 512"), "shape", "[", "256");
        Refused(f => Replace(f(config), "\"hidden_size\": 256", "\"hidden_size\": 2000000000"), config, "hidden_size");
        Refused(f => File.WriteAllText(f(config), "{"), config, "JSON");
        Refused(f => File.WriteAllText(f("tokenizer.json"), "{\"model\": {}"), "tokenizer.json");
        Refused(f => { File.Delete(f("tokenizer.json")); File.Delete(f("vocab.txt")); }, "tokenizer");
        Refused(f =>
        {
            File.Move(f(weights), f("../outside.safetensors"), overwrite: true);
            File.WriteAllText(f(index), "{\"weight_map\": {\"bert.embeddings.word_embeddings.weight\": \"../outside.safetensors\"}}");
        }, index, "../outside.safetensors", "plain name");

        void Refused(Action<Func<string, string>> damage, params string[] says)
        {
            string folder = Path.Combine(Trained.Folder, "damaged-encoder");
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            foreach (string file in Directory.GetFiles(good)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            damage(name => Path.Combine(folder, name));
            CliRun.Of("train", reviews, "--label", "sentiment", "--task", "text-classification", "--time", "1h", "--encoder", folder, "--out", Path.Combine(Trained.Folder, "damaged.zip")).AssertRefused(says);
        }

        static void Replace(string file, string old, string with)
        {
            string text = File.ReadAllText(file);
            StringAssert.Contains(text, old);
            File.WriteAllText(file, text.Replace(old, with, StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public void An_encoder_that_is_not_to_be_had_is_refused_before_the_search()
    {
        string folder = Path.Combine(Trained.Folder, "no-encoder");
        Directory.CreateDirectory(folder);

        CliRun run = CliRun.Of("train", reviews, "--label", "sentiment", "--task", "text-classification", "--trials", "1", "--encoder", folder);

        Assert.AreEqual(2, run.Code, run.Error);
        StringAssert.Contains(run.Error, "config.json");
    }

    [TestMethod]
    public void An_encoder_without_text_is_said_to_be_of_no_use()
    {
        CliRun run = CliRun.Of("train", Trained.Numbers, "--label", "price", "--trials", "1", "--no-journal", "--out", Path.Combine(Trained.Folder, "no-text.zip"), "--encoder", "some/encoder");

        Assert.AreEqual(0, run.Code, run.Error);
        StringAssert.Contains(run.Error, "no column is free text");
    }

    private static CliRun Train(string data, string label, string task) => CliRun.Of("train", data, "--label", label, "--task", task, "--ignore", data == reviews ? "stars" : "",
        "--trainers", "fast-text", "--trials", "2", "--threads", "2", "--no-journal", "--out", Path.ChangeExtension(data, ".zip"), "--json");

    private static string Write(string name, string header, Func<int, string> row) =>
        Trained.FileOf(name, string.Join('\n', Enumerable.Range(0, 120).Select(row).Prepend(header)) + "\n");
}
