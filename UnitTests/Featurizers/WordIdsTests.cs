using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class WordIdsTests
{
    [TestMethod]
    public void Words_are_read_back_in_their_order()
    {
        Column column = Text("the cat saw the dog", "The dog, the cat!");

        (ITransform transform, TokenLayout layout) = Fit(new WordIds(), column);
        int[] first = Ids(transform, layout, column, 0), second = Ids(transform, layout, column, 1);

        Assert.HasCount(5, first);
        Assert.AreEqual((first[0], first[0]), (first[3], second[0]));
        CollectionAssert.AreEqual(new[] { first[0], first[4], first[0], first[1] }, second);
    }

    [TestMethod]
    public void A_word_of_one_row_and_an_unseen_one_have_the_id_of_their_bucket()
    {
        Column column = Text("red red blue once", "red blue", "blue red");
        (ITransform transform, TokenLayout layout) = Fit(new WordIds { Buckets = 8 }, column);

        int[] seen = Ids(transform, layout, column, 0), later = Ids(transform, layout, Text("never once red"), 0);

        Assert.IsTrue(seen[..3].All(id => id < 2), string.Join(' ', seen));
        Assert.IsTrue(seen[3] is >= 2 and < 10 && later[0] is >= 2 and < 10);
        Assert.AreEqual(seen[3], later[1]);
        Assert.AreEqual(seen[0], later[2]);
    }

    [TestMethod]
    public void Characters_of_scripts_without_spaces_are_words()
    {
        Column column = Text("房间很大", "房间很好");

        (ITransform transform, TokenLayout layout) = Fit(new WordIds(), column);

        Assert.HasCount(4, Ids(transform, layout, column, 0));
        Assert.AreEqual(Ids(transform, layout, column, 0)[2], Ids(transform, layout, column, 1)[2]);
    }

    [TestMethod]
    public void A_long_text_is_cut_and_costs_the_others_nothing()
    {
        Column column = Text([.. Enumerable.Range(0, 300).Select(i => i == 7 ? string.Join(' ', Enumerable.Repeat("again and again", 4_000)) : "once and again")]);
        FeaturePlan plan = new() { Needs = Needs.WordIds | Needs.NumericOnly | Needs.Dense, Items = [new(["t"], [new("word-ids", new WordIds())])] };

        FeaturizedTraining fitted = plan.Fit(new Table([column]), new FeaturizerContext());

        Assert.AreEqual(400, fitted.Matrix.Width);
        Assert.IsTrue(fitted.Matrix.IsSparse);
        Assert.AreEqual(400 + (299 * 3), fitted.Matrix.StoredValues);
    }

    [TestMethod]
    public void Rare_words_give_runs_of_their_characters_where_asked_for()
    {
        Column column = Text("ab ab ab cde", "ab ab", "ab cde");
        (ITransform plain, TokenLayout without) = Fit(new WordIds(), column);

        (ITransform transform, TokenLayout layout) = Fit(new WordIds { RunRows = 3 }, column);
        TokenRow row = Row(transform, layout, column, 0), none = Row(transform, layout, column, 1);

        Assert.HasCount(1, without.Segments);
        CollectionAssert.AreEqual(new[] { 0, 1 }, layout.Segments.Select(s => s.Stream).ToArray());
        // <cde>: three runs of 3 characters, two of 4, one of 5.
        Assert.AreEqual(6, row.Ids(1).Length);
        Assert.AreEqual(0, none.Ids(1).Length);
        Assert.IsGreaterThan(plain.Features.Count, transform.Features.Count);
    }

    [TestMethod]
    public void A_trainer_over_ids_gets_ids_alone_and_no_other_gets_any()
    {
        Table table = new([Text("red red", "red blue"), new NumberColumn("n", [1, 2])]);
        Roles roles = new() { ByColumn = new Dictionary<string, ColumnRole> { ["t"] = ColumnRole.Text, ["n"] = ColumnRole.Number } };

        string[] ids = KeysOf(FeaturePlan.For(table, roles, Needs.WordIds | Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense), "t");
        string[][] others = [.. ((Needs[])[Needs.None, Needs.Dense, Needs.NumericOnly | Needs.NoMissing | Needs.Scaled]).Select(n => KeysOf(FeaturePlan.For(table, roles, n), "t"))];

        CollectionAssert.AreEqual(new[] { "word-ids" }, ids);
        Assert.IsTrue(others.All(keys => keys.Length > 0 && !keys.Contains("word-ids")));
    }

    private static string[] KeysOf(FeaturePlan plan, string column) => [.. plan.Items.Where(i => i.Columns.Contains(column)).SelectMany(i => i.Featurizers.Select(f => f.Key))];

    private static TextColumn Text(params string[] cells) => new("t", [.. cells.Select(c => c.AsMemory())]);

    private static (ITransform, TokenLayout) Fit(WordIds featurizer, Column column)
    {
        ITransform transform = featurizer.Fit([column], new FeaturizerContext { Needs = Needs.WordIds }).Transform!;
        return (transform, TokenLayout.Of(transform.Features));
    }

    private static TokenRow Row(ITransform transform, TokenLayout layout, Column column, int row)
    {
        float[] values = new float[transform.Features.Count];
        transform.Write([column], row, 1, new FeatureBlock(values, values.Length));
        TokenRow read = new(layout);
        layout.Read(new FeatureRow(values), read);
        return read;
    }

    private static int[] Ids(ITransform transform, TokenLayout layout, Column column, int row) => Row(transform, layout, column, row).Ids(0).ToArray();
}
