using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class TextTests
{
    [TestMethod]
    public void Weights_follow_the_formulas_of_scikit_learn()
    {
        // The counts of the TF-IDF example in scikit-learn 1.5's user guide: 6 rows, terms in 6, 1 and 2 of them. It gives the
        // smoothed idf of the third as 1.8473; here the counts are 1 + ln tf (sublinear_tf).
        Column column = Text("aa aa aa cc", "aa aa", "aa aa aa", "aa aa aa aa", "aa aa aa bb bb", "aa aa aa cc cc");
        ITransform transform = Fit(new WordTerms { MaxWords = 1, MinRows = 1 }, column);

        float[] row = Cases.Dense(transform, [column])[..3];

        double a = 1 + Math.Log(3), c = 1.8473, length = Math.Sqrt((a * a) + (c * c));
        CollectionAssert.AreEqual(new[] { "t:aa", "t:cc", "t:bb" }, transform.Features.Select(f => f.Name).ToArray());
        Assert.AreEqual(a / length, row[0], 1e-4);
        Assert.AreEqual(c / length, row[1], 1e-4);
        Assert.AreEqual(0, row[2]);
    }

    [TestMethod]
    public void Terms_are_lower_case_words_and_pairs_of_any_script()
    {
        Column column = Text("Don’t PANIC: naïve ١٢ 很好😀!", "don't panic. naïve ١٢ 很好😀");

        string[] terms = [.. Fit(new WordTerms { MinRows = 2 }, column).Features.Select(f => f.Name[2..].Replace('’', '\''))];

        CollectionAssert.AreEquivalent(new[]
        {
            "don't", "panic", "naïve", "١٢", "很", "好", "😀",
            "don't panic", "panic naïve", "naïve ١٢", "١٢ 很", "很 好", "好 😀",
        }, terms);
    }

    [TestMethod]
    public void The_order_of_two_words_matters()
    {
        Column column = Text("dog bites", "dog bites", "man walks", "man walks");
        ITransform transform = Fit(new WordTerms { MinRows = 2 }, column);
        int pair = transform.Features.ToList().FindIndex(f => f.Name == "t:dog bites");

        float[] rows = Cases.Dense(transform, [Text("dog bites", "bites dog")]);

        Assert.IsGreaterThan(0, rows[pair]);
        Assert.AreEqual(0, rows[transform.Features.Count + pair]);
    }

    [TestMethod]
    public void Texts_that_differ_in_case_and_spaces_have_the_same_character_grams()
    {
        ITransform transform = Fit(new CharacterGrams { Buckets = 256 }, Text("ab c", "xyz"));

        float[] rows = Cases.Dense(transform, [Text("AB  c", " ab\tC ")]);

        Assert.IsTrue(rows.AsSpan(0, 256).SequenceEqual(rows.AsSpan(256)));
        Assert.AreEqual(1, rows[..256].Sum(v => (double)v * v), 1e-5);
    }

    [TestMethod, DataRow(MLTask.Binary), DataRow(MLTask.Regression)]
    public void Top_terms_are_those_that_tell_the_label(MLTask task)
    {
        Random random = new(6);
        string[] texts = [.. Enumerable.Range(0, 600).Select(i => $"{(i % 2 == 0 ? "superb" : "awful")} {string.Join(' ', Enumerable.Range(0, 10).Select(_ => $"w{random.Next(200)}"))}")];
        Target target = new("y", task, [.. Enumerable.Range(0, 600).Select(i => (i % 2 == 0 ? 1f : 0f))], task == MLTask.Binary ? ["no", "yes"] : []);

        FeaturizerFit fit = new TopTerms { Terms = 2 }.Fit([Text(texts)], new FeaturizerContext { Target = target });

        CollectionAssert.AreEquivalent(new[] { "t:superb", "t:awful" }, fit.Transform!.Features.Select(f => f.Name).ToArray());
    }

    [TestMethod]
    public void Statistics_count_what_they_say()
    {
        ITransform transform = Fit(new TextStatistics(), Text("Hi 42, OK!", "x"));

        float[] row = Cases.Dense(transform, [Text("Hi 42, OK!")]);

        float[] expected = [10, 3, 2, 0.2f, 0.3f, 0.2f, 1];
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], row[i], 1e-6f, transform.Features[i].Name);
    }

    [TestMethod]
    public void Refuses_a_shortest_run_above_the_longest()
    {
        Assert.ThrowsExactly<OptionsException>(() => Fit(new CharacterGrams { MinLength = 5, MaxLength = 4 }, Text("a", "b")));
    }

    private static ITransform Fit(IFeaturizer featurizer, Column column) => featurizer.Fit([column], new FeaturizerContext()).Transform!;

    private static TextColumn Text(params string[] cells) => new("t", [.. cells.Select(c => c.AsMemory())]);
}
