using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Answers questions: a fitted <see cref="QuestionAnswerTrainer"/>. Holds native memory, so dispose of it.</summary>
public sealed class QuestionAnswerTransformer : ITransformer, IDisposable
{
    internal QuestionAnswerTransformer(AnswerModel model, QuestionAnswerOptions options)
    {
        Model = model;
        (Context, Question, Answers, Scores, Most) = (options.ContextColumnName, options.QuestionColumnName, options.PredictedAnswerColumnName, options.ScoreColumnName, options.TopKAnswers);
    }

    /// <summary>What answers; to be saved by <see cref="AnswerModel.Save"/>.</summary>
    public AnswerModel Model { get; }

    internal string Context { get; }

    internal string Question { get; }

    internal string Answers { get; }

    internal string Scores { get; }

    internal int Most { get; }

    /// <summary>Always true: each row is answered from its own texts.</summary>
    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the answers and their scores.</summary>
    /// <exception cref="TableException">A column is missing or no text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new AnswerColumns(this, inputSchema).OutputSchema;

    /// <summary><paramref name="input"/> with answers behind its columns, made row by row as they are read.</summary>
    /// <exception cref="TableException">A column is missing or no text.</exception>
    public IDataView Transform(IDataView input) => new AddedView(input, new AnswerColumns(this, input.Schema));

    /// <summary>Frees what the model holds of native memory.</summary>
    public void Dispose() => Model.Dispose();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new AddedRowMapper(new AnswerColumns(this, inputSchema));

    /// <summary>Refuses: ML.NET's own model files can't hold a model of mlpipes over text yet.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new BundleException(
        "ML.NET's model file can't hold a model of answers of mlpipes yet. Save it by QuestionAnswerTransformer.Model.Save(path), load it by AnswerModel.Load(path).");
}
