using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class FittedPipeline : ITransformer
{
    /// <summary>Always true: each row is predicted from its own cells.</summary>
    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>
    /// The columns of <paramref name="inputSchema"/> and behind them ML.NET's standard ones: PredictedLabel, Score and Probability for a
    /// binary task, PredictedLabel and a Score a class for multiclass, Score for a regression.
    /// </summary>
    /// <exception cref="TableException">Columns are missing or of a type that can't be read.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new PipelineColumns(this, inputSchema).OutputSchema;

    /// <summary><paramref name="input"/> with predictions behind its columns, made row by row as they are read.</summary>
    /// <exception cref="TableException">Columns are missing or of a type that can't be read.</exception>
    public IDataView Transform(IDataView input) => new AddedView(input, new PipelineColumns(this, input.Schema));

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new AddedRowMapper(new PipelineColumns(this, inputSchema));

    /// <summary>Refuses: ML.NET's own model files can't hold a pipeline of mlpipes yet.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new BundleException(
        "ML.NET's model file can't hold a pipeline of mlpipes yet. Save it by FittedPipeline.Save(path), load it by FittedPipeline.Load(path).");
}
