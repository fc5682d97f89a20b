using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Scores texts: a fitted <see cref="TextClassificationTrainer"/> or <see cref="SentenceSimilarityTrainer"/>.</summary>
public sealed class TextTransformer : ITransformer
{
    private readonly ScoreNames names;

    internal TextTransformer(FittedPipeline pipeline, ScoreNames names) => (Pipeline, this.names) = (pipeline, names);

    /// <summary>What scores the texts, with its columns under their standard names; to be saved by <see cref="FittedPipeline.Save(string)"/>.</summary>
    public FittedPipeline Pipeline { get; }

    /// <summary>Always true: each row is scored from its own texts.</summary>
    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them those of a prediction.</summary>
    /// <exception cref="TableException">A text is missing.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new PipelineColumns(Pipeline, inputSchema, names).OutputSchema;

    /// <summary><paramref name="input"/> with predictions behind its columns, made row by row as they are read.</summary>
    /// <exception cref="TableException">A text is missing.</exception>
    public IDataView Transform(IDataView input) => new AddedView(input, new PipelineColumns(Pipeline, input.Schema, names));

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new AddedRowMapper(new PipelineColumns(Pipeline, inputSchema, names));

    /// <summary>Refuses: ML.NET's own model files can't hold a pipeline of mlpipes yet.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new BundleException(
        "ML.NET's model file can't hold a text model of mlpipes yet. Save it by TextTransformer.Pipeline.Save(path), load it by FittedPipeline.Load(path).");
}
