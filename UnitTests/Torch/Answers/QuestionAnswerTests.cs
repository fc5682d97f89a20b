using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class QuestionAnswerTests
{
    private static ToyEncoder toy = null!;

    private sealed class Row
    {
        public string Context { get; set; } = "";
        public string Question { get; set; } = "";
        public string TrainingAnswer { get; set; } = "";
        public int AnswerIndex { get; set; }
    }

    private sealed class Answered
    {
        public string[] Answer { get; set; } = [];
        public float[] Score { get; set; } = [];
    }

    [ClassInitialize]
    public static void Make(TestContext context) => toy = new ToyEncoder();

    [ClassCleanup]
    public static void Clean() => toy.Dispose();

    // "what was the room" asks for the telling word among plain ones.
    private static Row[] Rows(int count, int seed, int filler = 8)
    {
        Random random = new(seed);
        string[] telling = ["fine", "bright", "warm", "dull", "cold", "grim"], plain = ["the", "room", "was", "very", "and", "film", "a", "one"];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            string answer = telling[random.Next(telling.Length)];
            string[] words = [.. Enumerable.Range(0, filler).Select(_ => plain[random.Next(plain.Length)])];
            int place = random.Next(filler);
            words[place] = answer;
            return new Row { Context = string.Join(' ', words), Question = "the film", TrainingAnswer = answer, AnswerIndex = words.Take(place).Sum(w => w.Length + 1) };
        })];
    }

    private static QuestionAnswerOptions Options() => new() { Encoder = toy.Folder, MaxEpoch = 6, BatchSize = 16, LearningRate = 3e-3, MaxLength = 32, Precision = TrainingPrecision.Float32 };

    private static AnswerMetrics Metrics(AnswerModel model, Row[] rows) =>
        AnswerMetrics.Of([.. rows.Select(r => model.Ask(r.Question, r.Context) is [var best, ..] ? best.Text : "")], [.. rows.Select(r => (IReadOnlyList<string>)[r.TrainingAnswer])]);

    [TestMethod]
    public void Learns_to_find_answers_through_the_catalog_and_in_long_contexts()
    {
        MLContext ml = new(1);
        IDataView train = ml.Data.LoadFromEnumerable(Rows(300, 1));

        using QuestionAnswerTransformer model = ml.MulticlassClassification.Trainers.QuestionAnswer(Options()).Fit(train);
        Row[] test = Rows(60, 2), far = Rows(20, 3, filler: 70);
        IDataView answered = model.Transform(ml.Data.LoadFromEnumerable(test));
        using PredictionEngine<Row, Answered> engine = ml.Model.CreatePredictionEngine<Row, Answered>(model);
        Answered one = engine.Predict(test[0]);

        Assert.IsGreaterThan(0.9, Metrics(model.Model, test).F1);
        Assert.IsGreaterThan(0.7, Metrics(model.Model, far).F1);
        string[][] answers = [.. answered.GetColumn<ReadOnlyMemory<char>[]>("Answer").Select(a => a.Select(t => t.ToString()).ToArray())];
        Assert.IsTrue(answers.All(a => a.Length == 3));
        CollectionAssert.AreEqual(answers[0], one.Answer);
        CollectionAssert.AreEqual(one.Score.OrderDescending().ToArray(), one.Score);
        Assert.IsTrue(one.Score.All(s => s is >= 0 and <= 1.0001f));
        FoundAnswer found = model.Model.Ask(test[0].Question, test[0].Context)[0];
        Assert.AreEqual(found.Text, test[0].Context.Substring(found.Start, found.Text.Length));
    }

    [TestMethod]
    public void A_saved_model_answers_the_same_and_a_damaged_one_is_refused()
    {
        using EncoderCases.Folder folder = new();
        string path = Path.Combine(folder.Path, "answers");
        MLContext ml = new(1);
        QuestionAnswerOptions options = Options();
        options.MaxEpoch = 1;
        using QuestionAnswerTransformer model = ml.MulticlassClassification.Trainers.QuestionAnswer(options).Fit(ml.Data.LoadFromEnumerable(Rows(40, 1)));
        model.Model.Save(path);

        using AnswerModel again = AnswerModel.Load(path);

        foreach (Row row in Rows(10, 4)) CollectionAssert.AreEqual(model.Model.Ask(row.Question, row.Context, 3).ToArray(), again.Ask(row.Question, row.Context, 3).ToArray());
        byte[] good = File.ReadAllBytes(path);
        Random random = new(1);
        for (int round = 0; round < 30; round++)
        {
            File.WriteAllBytes(path, good[..random.Next(good.Length)]);
            Assert.Throws<BundleException>(() => AnswerModel.Load(path));
        }
    }

    [TestMethod]
    public void Nasty_texts_have_an_answer_or_none()
    {
        MLContext ml = new(1);
        QuestionAnswerOptions options = Options();
        options.MaxEpoch = 1;
        using QuestionAnswerTransformer model = ml.MulticlassClassification.Trainers.QuestionAnswer(options).Fit(ml.Data.LoadFromEnumerable(Rows(40, 1)));

        foreach (string context in new[] { "", " ", "\ud800", "😀", "\0", new string('a', 5000), string.Concat(Enumerable.Repeat("the room ", 500)) })
        {
            foreach (string question in new[] { "", new string('b', 5000), "the film" })
            {
                foreach (FoundAnswer answer in model.Model.Ask(question, context, 5)) Assert.AreEqual(answer.Text, context.Substring(answer.Start, answer.Text.Length));
            }
        }
        Assert.IsEmpty(model.Model.Ask("the film", ""));
    }

    [TestMethod]
    public void Refuses_columns_and_rows_that_hold_no_answers()
    {
        MLContext ml = new(1);
        Row[] wrong = [.. Rows(5, 1).Select(r => new Row { Context = r.Context, Question = r.Question, TrainingAnswer = "elsewhere", AnswerIndex = 0 })];
        QuestionAnswerOptions missing = Options(), none = Options();
        missing.ContextColumnName = "Nowhere";
        none.Encoder = null;

        Assert.Throws<TableException>(() => ml.MulticlassClassification.Trainers.QuestionAnswer(Options()).Fit(ml.Data.LoadFromEnumerable(wrong)));
        Assert.Throws<TableException>(() => ml.MulticlassClassification.Trainers.QuestionAnswer(missing).Fit(ml.Data.LoadFromEnumerable(Rows(5, 1))));
        Assert.Throws<OptionsException>(() => ml.MulticlassClassification.Trainers.QuestionAnswer(none).Fit(ml.Data.LoadFromEnumerable(Rows(5, 1))));
        Assert.Throws<OptionsException>(() => ml.MulticlassClassification.Trainers.QuestionAnswer(topK: 0));
    }

    [TestMethod]
    [DataRow("the Cat!", "a cat", 1, 1)]
    [DataRow("black cat", "cat", 0, 2.0 / 3)]
    [DataRow("", "cat", 0, 0)]
    [DataRow("dog", "cat", 0, 0)]
    public void Metrics_are_those_of_squad(string predicted, string given, double exact, double f1)
    {
        AnswerMetrics metrics = AnswerMetrics.Of([predicted], [[given, "zebra"]]);

        Assert.AreEqual(exact, metrics.ExactMatch);
        Assert.AreEqual(f1, metrics.F1, 1e-12);
    }

    [TestMethod]
    public void Each_answer_stands_whole_in_some_window()
    {
        ITextTokenizer tokenizer = Tokenizers.Load(toy.Folder);
        AnswerWindows cut = new(tokenizer, 24);
        string context = string.Concat(Enumerable.Repeat("the room was very fine and a film ", 12));
        TokenizedText tokens = tokenizer.Tokenize(context);

        for (int first = 0; first + 2 < tokens.Count; first++)
        {
            List<AnswerWindow> windows = cut.Of("the film", tokens, (first, first + 2));

            AnswerWindow holding = windows.First(w => w.Start > 0);
            Assert.IsTrue(windows.All(w => w.Tokens.Ids.Length <= 24));
            Assert.AreEqual(tokens.Ids[first], holding.Tokens.Ids[holding.Start]);
            Assert.AreEqual(tokens.Ids[first + 2], holding.Tokens.Ids[holding.End]);
        }
    }

    [TestMethod, NeedsShared, TestCategory("Slow")]
    public void F1_rises_on_real_questions()
    {
        (Row[] train, Row[] test) = XQuad();
        MLContext ml = new(1);
        QuestionAnswerOptions options = new()
        {
            Encoder = Path.Combine(SharedFolder.Path, "models", "all-minilm-l6-v2"), MaxEpoch = 1, BatchSize = 8, LearningRate = 2e-4, MaxLength = 128,
        };

        using QuestionAnswerTransformer model = ml.MulticlassClassification.Trainers.QuestionAnswer(options).Fit(ml.Data.LoadFromEnumerable(train));

        // A random span of a paragraph scores about 0.04.
        Assert.IsGreaterThan(0.08, Metrics(model.Model, test).F1);
    }

    private static (Row[] Train, Row[] Test) XQuad()
    {
        using GZipStream stream = new(File.OpenRead(SharedFolder.Data("xquad_en", "test.json.gz")), CompressionMode.Decompress);
        using JsonDocument document = JsonDocument.Parse(stream);
        Row[] rows = [.. document.RootElement.GetProperty("data").EnumerateArray().SelectMany(d => d.GetProperty("paragraphs").EnumerateArray()).SelectMany(p => p.GetProperty("qas").EnumerateArray().Select(q => new Row
        {
            Context = p.GetProperty("context").GetString()!,
            Question = q.GetProperty("question").GetString()!,
            TrainingAnswer = q.GetProperty("answers")[0].GetProperty("text").GetString()!,
            AnswerIndex = q.GetProperty("answers")[0].GetProperty("answer_start").GetInt32(),
        }))];
        return (rows[..300], rows[^40..]);
    }
}
