using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class FittedPipelineTests
{
    [TestMethod]
    [DataRow(MLTask.Binary, 1)]
    [DataRow(MLTask.Multiclass, 1)]
    [DataRow(MLTask.Regression, 1)]
    [DataRow(MLTask.Binary, 2)]
    [DataRow(MLTask.Multiclass, 2)]
    [DataRow(MLTask.Regression, 2)]
    public void Single_rows_equal_the_batch(MLTask task, int members)
    {
        FittedPipeline pipeline = Fixtures.Linear(task, members);
        Table table = Fixtures.Rows(task, 50, seed: 9);

        Predictions batch = pipeline.Predict(table);
        RowScorer scorer = pipeline.CreateRowScorer();
        float[] outputs = new float[batch.Outputs];

        for (int row = 0; row < table.RowCount; row++)
        {
            for (int i = 0; i < scorer.Inputs.Count; i++)
                scorer.Buffer.SetNumber(i, table[scorer.Inputs[i].Name] switch
                {
                    NumberColumn number => number.Values[row],
                    BooleanColumn truth => truth.IsMissing(row) ? double.NaN : truth.Values[row],
                    _ => throw new AssertFailedException("an unexpected kind"),
                });
            float score = scorer.Predict(outputs);
            for (int k = 0; k < outputs.Length; k++) Assert.AreEqual(batch.Values[(row * outputs.Length) + k], outputs[k], 1e-6f);
            Assert.AreEqual(batch.Scores[row * outputs.Length], score, 1e-5f);
        }
    }

    [TestMethod]
    public void Several_members_are_averaged_by_weight_after_their_links()
    {
        FittedPipeline both = Fixtures.Linear(MLTask.Binary, 2);
        Table table = Fixtures.Rows(MLTask.Binary);
        float[] first = Alone(both, 0).Predict(table).Values, second = Alone(both, 1).Predict(table).Values;

        Predictions averaged = both.Predict(table);

        for (int i = 0; i < first.Length; i++)
        {
            Assert.AreEqual((first[i] + (2 * second[i])) / 3, averaged.Values[i], 1e-6f);
            Assert.AreEqual(Math.Log(averaged.Values[i] / (1 - averaged.Values[i])), averaged.Scores[i], 1e-4);
        }

        static FittedPipeline Alone(FittedPipeline all, int member) => new(all.Schema, [all.Members[member]], all.Manifest);
    }

    [TestMethod]
    public void Columns_that_no_member_reads_may_be_absent_and_extra_ones_are_ignored()
    {
        FittedPipeline pipeline = Fixtures.Linear(MLTask.Binary);
        Table table = Fixtures.Rows(MLTask.Binary);
        Table other = new([new TextColumn("extra", new ReadOnlyMemory<char>[40]), table["a"]]);

        CollectionAssert.AreEqual(pipeline.Predict(table).Values, pipeline.Predict(other).Values);
    }

    [TestMethod]
    public void All_missing_columns_are_named_at_once()
    {
        FittedPipeline pipeline = Fixtures.Linear(MLTask.Binary, 2);

        TableException error = Assert.ThrowsExactly<TableException>(() => pipeline.Predict(new Table([new NumberColumn("A", [1])])));

        StringAssert.Contains(error.Message, "'a', 'c'");
        StringAssert.Contains(error.Message, "There is 'A'");
    }

    [TestMethod]
    public void Parts_that_do_not_fit_are_refused()
    {
        FittedPipeline pipeline = Fixtures.Linear(MLTask.Binary);
        PipelineMember member = pipeline.Members[0];

        Assert.ThrowsExactly<ArgumentException>(() => new FittedPipeline(pipeline.Schema, [], pipeline.Manifest));
        Assert.ThrowsExactly<ArgumentException>(() => new FittedPipeline(pipeline.Schema, [member with { Weight = 0 }], pipeline.Manifest));
        Assert.ThrowsExactly<ArgumentException>(() => new FittedPipeline(pipeline.Schema, [member with { Model = new LinearModel([1, 2], [0], new LogisticLink()) }], pipeline.Manifest));
        Assert.ThrowsExactly<ArgumentException>(() => new FittedPipeline(pipeline.Schema, [member with { Model = new LinearModel([1], [0], null) }], pipeline.Manifest));
        Assert.ThrowsExactly<ArgumentException>(() => new FittedPipeline(pipeline.Schema with { Classes = ["one"] }, [member], pipeline.Manifest));
    }

    [TestMethod]
    public void A_row_is_scored_without_garbage()
    {
        RowScorer scorer = Fixtures.Linear(MLTask.Multiclass, 2).CreateRowScorer();
        float[] outputs = new float[scorer.Outputs];
        scorer.Predict(outputs);

        Assert.AreEqual(0, Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                scorer.Buffer.SetNumber(0, i);
                scorer.Predict(outputs);
            }
        }));
    }

    [TestMethod]
    public void An_empty_table_gives_no_predictions()
    {
        Predictions none = Fixtures.Linear(MLTask.Binary, 2).Predict(new Table([new NumberColumn("a", []), new BooleanColumn("c", [])]));

        Assert.AreEqual(0, none.RowCount);
    }
}
