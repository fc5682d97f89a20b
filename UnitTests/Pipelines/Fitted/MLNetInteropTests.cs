using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class MLNetInteropTests
{
    [TestMethod]
    public void A_shape_column_has_what_it_was_made_of()
    {
        SchemaShape annotations = new([MLNetInterop.ShapeColumn("SlotNames", SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance)]);

        SchemaShape.Column column = MLNetInterop.ShapeColumn("k", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, annotations);

        Assert.AreEqual("k", column.Name);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Scalar, column.Kind);
        Assert.AreEqual(NumberDataViewType.UInt32, column.ItemType);
        Assert.IsTrue(column.IsKey);
        Assert.AreEqual("SlotNames", column.Annotations.Single().Name);
    }

    [TestMethod]
    public void The_shape_of_a_schema_has_its_columns()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("x", NumberDataViewType.Single);
        builder.AddColumn("v", new VectorDataViewType(NumberDataViewType.Single, 3));

        SchemaShape shape = MLNetInterop.ShapeOf(builder.ToSchema());

        CollectionAssert.AreEqual(new[] { "x", "v" }, shape.Select(c => c.Name).ToArray());
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, shape[1].Kind);
    }

    [TestMethod]
    public void A_cancelled_context_ends_what_it_runs()
    {
        MLContext context = new(1);
        IDataView data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 2000).Select(i => new Point { Label = i % 2 == 0, Features = [i % 7, i % 3] }));

        MLNetInterop.Cancel(context);

        Assert.ThrowsExactly<OperationCanceledException>(() => context.BinaryClassification.Trainers.SdcaLogisticRegression().Fit(data));
    }

    [TestMethod]
    public void What_is_written_to_the_environment_of_trainers_is_in_the_log_of_their_context()
    {
        MLContext context = new(1);
        List<string> log = [];
        context.Log += (_, line) => log.Add(line.Message);

        using (IChannel channel = MLNetInterop.EnvironmentOf(context.MulticlassClassification.Trainers).Start("test")) channel.Info(MessageSensitivity.None, "{0}", "told");

        StringAssert.Contains(string.Join('\n', log), "told");
    }

    private sealed class Point
    {
        public bool Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
