using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MLPipes.Tests.Cli;

/// <summary><c>--task ner</c> by its three verbs, on made-up sentences.</summary>
[TestClass]
public sealed class EntityTests
{
    private static readonly Lazy<CliRun> training = new(() => CliRun.Of("train", Sentences("ner-train.conll", 120, 1), "--task", "ner", "--time", "10s", "--threads", "2", "--seed", "1",
        "--test", Sentences("ner-test.conll", 40, 2), "--out", Path.Combine(Trained.Folder, "ner.zip"), "--json"));

    private static string Model
    {
        get
        {
            Assert.AreEqual(0, training.Value.Code, training.Value.Error);
            return training.Value.Json.GetProperty("model").GetString()!;
        }
    }

    [TestMethod]
    public void Train_saves_a_model_and_prints_its_scores()
    {
        CliRun run = training.Value;

        Assert.AreEqual(0, run.Code, run.Error);
        JsonElement json = run.Json;
        Assert.AreEqual(("ner", "f1", 10), (json.GetProperty("task").GetString(), json.GetProperty("metric").GetString(), json.GetProperty("seconds_budget").GetDouble()));
        Assert.IsLessThan(11.5, json.GetProperty("seconds_wall").GetDouble());
        Assert.IsGreaterThanOrEqualTo(1, json.GetProperty("trials").GetProperty("completed").GetInt32());
        Assert.IsGreaterThan(0.95, json.GetProperty("test").GetProperty("f1").GetDouble());
        Assert.IsGreaterThan(0.8, json.GetProperty("validation").GetProperty("f1").GetDouble());
        Assert.IsTrue(File.Exists(json.GetProperty("model").GetString()));
        Assert.AreEqual(JsonValueKind.Null, json.GetProperty("journal").ValueKind);
        StringAssert.Contains(run.Error, "light models are trained from scratch");
        StringAssert.Contains(run.Error, "best so far");
    }

    [TestMethod]
    public void Evaluate_prints_micro_figures_and_a_table_by_type()
    {
        CliRun run = CliRun.Of("evaluate", Model, Sentences("ner-eval.conll", 40, 2), "--json"), people = CliRun.Of("evaluate", Model, Sentences("ner-eval.conll", 40, 2));

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual(("ner", 40), (run.Json.GetProperty("task").GetString(), run.Json.GetProperty("rows").GetInt32()));
        CollectionAssert.AreEqual(new[] { "precision", "recall", "f1" }, run.Json.GetProperty("metrics").EnumerateObject().Select(p => p.Name).ToArray());
        JsonElement first = run.Json.GetProperty("entities")[0];
        CollectionAssert.AreEqual(new[] { "type", "precision", "recall", "f1", "support" }, first.EnumerateObject().Select(p => p.Name).ToArray());
        Assert.AreEqual(("LOC", 40), (first.GetProperty("type").GetString(), first.GetProperty("support").GetInt32()));
        Assert.AreEqual(training.Value.Json.GetProperty("test").GetProperty("f1").GetDouble(), run.Json.GetProperty("metrics").GetProperty("f1").GetDouble());
        foreach (string part in (string[])["precision", "LOC", "PER"]) StringAssert.Contains(people.Out, part);
    }

    [TestMethod]
    public void Predict_writes_a_line_of_spans_for_each_text()
    {
        string texts = Trained.FileOf("ner-texts.txt", "😀 Anna lives in Oslo .\n\nNothing .\n"), words = Trained.FileOf("ner-words.jsonl", "{\"tokens\": [\"Anna\", \"lives\", \"in\", \"New\", \"York\", \".\"]}\n");

        CliRun run = CliRun.Of("predict", Model, texts), tagged = CliRun.Of("predict", Model, words), input = CliRun.WithInput("Anna lives in Oslo .\n", "predict", Model, "-");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.HasCount(3, run.OutLines);
        JsonElement[] found = [.. JsonDocument.Parse(run.OutLines[0]).RootElement.GetProperty("entities").EnumerateArray()];
        Assert.AreEqual("3 7 PER Anna|17 21 LOC Oslo", string.Join('|', found.Select(e => string.Create(CultureInfo.InvariantCulture,
            $"{e.GetProperty("start").GetInt32()} {e.GetProperty("end").GetInt32()} {e.GetProperty("label").GetString()} {e.GetProperty("text").GetString()}"))));
        Assert.IsTrue(found.All(e => e.GetProperty("score").GetDouble() is > 0 and <= 1));
        Assert.AreEqual("", JsonDocument.Parse(run.OutLines[1]).RootElement.GetProperty("text").GetString());
        Assert.AreEqual("B-PER O O B-LOC I-LOC O", string.Join(' ', JsonDocument.Parse(tagged.OutLines[0]).RootElement.GetProperty("tags").EnumerateArray().Select(t => t.GetString())));
        StringAssert.Contains(input.OutLines[0], "Oslo");
    }

    [TestMethod]
    public void Texts_with_surrogates_without_partners_are_predicted_as_valid_JSON()
    {
        string texts = Trained.FileOf("ner-lone.jsonl", "{\"text\": \"\\ud83d Anna lives in Oslo .\"}\n");

        CliRun run = CliRun.Of("predict", Model, texts);

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual("Oslo", JsonDocument.Parse(run.OutLines.Single()).RootElement.GetProperty("entities").EnumerateArray().Last().GetProperty("text").GetString());
    }

    [TestMethod]
    public void Predict_writes_to_a_file_what_evaluate_can_read()
    {
        string file = Path.Combine(Trained.Folder, "ner-found.jsonl");

        CliRun written = CliRun.Of("predict", Model, Trained.FileOf("ner-more.txt", "Anna lives in Oslo .\nOlga left Paris .\n"), "--out", file);
        CliRun evaluated = CliRun.Of("evaluate", Model, file, "--json");

        Assert.AreEqual((0, ""), (written.Code, written.Out), written.Error);
        Assert.AreEqual(1, evaluated.Json.GetProperty("metrics").GetProperty("f1").GetDouble());
    }

    [TestMethod]
    public void Without_json_people_get_a_report_and_labels_never_seen_are_told()
    {
        string train = Trained.FileOf("ner-spans.jsonl", string.Concat(Enumerable.Range(0, 30).Select(i => $"{{\"text\": \"{"Anna Olga Peter".Split(' ')[i % 3]} sleeps\", \"entities\": [[0, {(i % 3 == 2 ? 5 : 4)}, \"PER\"]]}}\n"))),
            test = Trained.FileOf("ner-alien.jsonl", "{\"text\": \"Zork sleeps\", \"entities\": [[0, 4, \"ALIEN\"]]}");

        CliRun run = CliRun.Of("train", train, "--task", "ner", "--time", "5s", "--threads", "2", "--test", test, "--out", Path.Combine(Trained.Folder, "ner-report.zip"));

        Assert.AreEqual(0, run.Code, run.Error);
        foreach (string part in (string[])["named entities", "validated", "test", "ALIEN", "ner-report.zip"]) StringAssert.Contains(run.Out, part);
        StringAssert.Contains(run.Error, "ALIEN");
    }

    [TestMethod]
    public void What_does_not_go_with_entities_is_refused_with_its_reason()
    {
        string data = Sentences("ner-refuse.conll", 20, 3);
        string[] good = ["train", data, "--task", "ner", "--time", "1h"];

        CliRun.Of([.. good, "--journal", "x.journal", "--metric", "auc"]).AssertRefused("--journal", "can't be resumed", "--metric");
        CliRun.Of([.. good, "--out", Trained.Folder]).AssertRefused("--out", "folder");
        CliRun.Of([.. good, "--test", "absent.conll"]).AssertRefused("absent.conll", "no such file");
        CliRun.Of([.. good, "--encoder", Path.Combine(Trained.Folder, "no-encoder")]).AssertRefused("no-encoder");
        CliRun.Of("train", Trained.FileOf("ner-empty.conll", "\n\n"), "--task", "ner").AssertRefused("no document");
        CliRun.Of("train", Trained.FileOf("ner-outside.conll", "a O\nb O\n"), "--task", "ner").AssertRefused("no entity");
        CliRun.Of("train", Trained.FileOf("ner-broken.jsonl", "{\"tokens\": [\"a\"], \"tags\": [\"O\"]}\n{\"tokens\": ["), "--task", "ner").AssertRefused("line 2", "JSON");
        CliRun.Of("train", data).AssertRefused("--label");
        CliRun.Of("evaluate", Model, Trained.FileOf("ner-bare.jsonl", "{\"text\": \"a\"}")).AssertRefused("without 'entities'");
    }

    private static string Sentences(string name, int count, int seed)
    {
        Random random = new(seed);
        string[] people = ["Anna", "Olga", "Peter", "John Smith"], places = ["Oslo", "Paris", "New York"], verbs = ["lives in", "left", "comes from"];
        StringBuilder text = new();
        for (int i = 0; i < count; i++)
        {
            if (random.Next(3) == 0) Add("😀", null);
            Add(people[random.Next(4)], "PER");
            Add(verbs[random.Next(3)], null);
            Add(places[random.Next(3)], "LOC");
            text.Append(". O\n\n");
        }
        return Trained.FileOf(name, text.ToString());

        void Add(string words, string? label)
        {
            string[] parts = words.Split(' ');
            for (int i = 0; i < parts.Length; i++) text.Append(CultureInfo.InvariantCulture, $"{parts[i]} {(label is null ? "O" : $"{(i == 0 ? 'B' : 'I')}-{label}")}\n");
        }
    }
}
