using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks.Scoring;

/// <summary>ML.NET's FastTree learned on synthetic rows of 30 numeric columns, and the same trees as a fitted pipeline of ours.</summary>
internal sealed class FastTreeCase
{
    private const int Features = RowInput.Columns;

    public FastTreeCase(int trees, int leaves, int trainingRows, int rows)
    {
        RowInput[] training = RowInput.Synthetic(trainingRows, seed: 1);
        ML = new MLContext(seed: 1);
        IEstimator<ITransformer> trainer = ML.Transforms.Concatenate("Features", RowInput.Names)
            .Append(ML.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
            {
                NumberOfTrees = trees, NumberOfLeaves = leaves, NumberOfThreads = 1,
            }));
        Theirs = trainer.Fit(ML.Data.LoadFromEnumerable(training));
        Model = Convert(Theirs);
        Rows = RowInput.Synthetic(rows, seed: 2);
        View = ML.Data.Cache(ML.Data.LoadFromEnumerable(Rows));
        Table = new Table(Enumerable.Range(0, Features).Select(f => new NumberColumn(RowInput.Names[f], [.. Rows.Select(r => r[f])])));
        Ours = Wrap(Model, Table);
    }

    public MLContext ML { get; }

    public ITransformer Theirs { get; }

    public FittedPipeline Ours { get; }

    public TreeEnsembleModel Model { get; }

    public RowInput[] Rows { get; }

    public IDataView View { get; }

    public Table Table { get; }

    private static TreeEnsembleModel Convert(ITransformer chain)
    {
        var calibrated = ((TransformerChain<BinaryPredictionTransformer<CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>>>)chain).LastTransformer.Model;
        RegressionTreeEnsemble ensemble = calibrated.SubModel.TrainedTreeEnsemble;
        TreeEnsembleBuilder builder = new(Features, 1)
        {
            Biases = [ensemble.Bias],
            Link = new LogisticLink((float)-calibrated.Calibrator.Slope, (float)-calibrated.Calibrator.Offset),
        };
        for (int t = 0; t < ensemble.Trees.Count; t++)
        {
            RegressionTree tree = ensemble.Trees[t];
            double weight = ensemble.TreeWeights[t];
            builder.Add(new Tree
            {
                SplitFeature = [.. tree.NumericalSplitFeatureIndexes], Threshold = [.. tree.NumericalSplitThresholds],
                Left = [.. tree.LeftChild], Right = [.. tree.RightChild], LeafValues = [.. tree.LeafValues.Select(v => v * weight)],
            });
        }
        return builder.Build();
    }

    private static FittedPipeline Wrap(IModel model, Table table)
    {
        FittedFeatures features = new([new FeatureStep(RowInput.Names, PassThroughTransform.Of(table.Columns.ToArray()))], isSparse: false);
        PipelineSchema schema = new()
        {
            Inputs = [.. RowInput.Names.Select(n => new InputColumn(n, ColumnKind.Number, ColumnRole.Number))],
            Label = "Label", LabelKind = ColumnKind.Boolean, Task = MLTask.Binary, Classes = ["false", "true"],
        };
        PipelineManifest manifest = new() { Created = DateTimeOffset.UnixEpoch, Task = MLTask.Binary, Trainer = "FastTree of ML.NET" };
        return new FittedPipeline(schema, [new PipelineMember(features, model)], manifest);
    }
}
