using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Learns to answer questions by words of a context: the estimator behind <c>mlContext.MulticlassClassification.Trainers.QuestionAnswer</c>.</summary>
/// <remarks>
/// Columns are as in Microsoft.ML.TorchSharp: context, question and answer are text, the answer's place is a whole number of characters; the predicted answers
/// are a vector of texts, the best first, and their scores a vector of numbers. An encoder marks where an answer begins and ends; long contexts are read in
/// windows. A row whose answer does not stand in its context is left out, and the log counts such rows.
/// </remarks>
public sealed class QuestionAnswerTrainer : IEstimator<QuestionAnswerTransformer>
{
    private readonly QuestionAnswerOptions options;
    private readonly TrainerLog log;

    /// <exception cref="OptionsException">An option is out of its range.</exception>
    internal QuestionAnswerTrainer(IHostEnvironment? environment, QuestionAnswerOptions options)
    {
        BoundsAttribute.Check(options);
        (this.options, log) = (options, new TrainerLog(environment, "QuestionAnswer"));
    }

    /// <summary>Learns from the rows.</summary>
    /// <exception cref="TableException">A column is missing or of another type, or no row can be learned from.</exception>
    /// <exception cref="OptionsException">No encoder is named.</exception>
    /// <exception cref="TorchException">The encoder can't be had.</exception>
    public QuestionAnswerTransformer Fit(IDataView input)
    {
        List<AskedQuestion> train = Read(input), held = options.ValidationSet is { } view ? Read(view) : [];
        if (train.Count == 0) throw new TableException(options.TrainingAnswerColumnName, found: "no answer that stands in its context", expected: "words of the context");
        return new QuestionAnswerTransformer(AnswerFit.Run(options, train, held, options.Begin(log)), options);
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the answers and their scores.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        inputSchema.NeededText(options.ContextColumnName);
        inputSchema.NeededText(options.QuestionColumnName);
        return inputSchema.With(
            MLNetInterop.ShapeColumn(options.PredictedAnswerColumnName, SchemaShape.Column.VectorKind.VariableVector, TextDataViewType.Instance),
            MLNetInterop.ShapeColumn(options.ScoreColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Single));
    }

    private List<AskedQuestion> Read(IDataView view)
    {
        DataViewSchema.Column context = view.Schema.NeededText(options.ContextColumnName), question = view.Schema.NeededText(options.QuestionColumnName),
            answer = view.Schema.NeededText(options.TrainingAnswerColumnName), place = view.Schema.Needed(options.AnswerIndexColumnName);
        List<AskedQuestion> read = [];
        int left = 0;
        using DataViewRowCursor cursor = view.GetRowCursor([context, question, answer, place]);
        Func<int> start = Places(cursor, place);
        (Func<string> contexts, Func<string> questions, Func<string> answers) = (Texts(cursor, context), Texts(cursor, question), Texts(cursor, answer));
        while (cursor.MoveNext())
        {
            (string whole, string part, int at) = (contexts(), answers(), start());
            bool stands = part.Length > 0 && at >= 0 && at <= whole.Length - part.Length && string.CompareOrdinal(whole, at, part, 0, part.Length) == 0;
            if (stands) read.Add(new AskedQuestion(questions(), whole, part, at));
            else left++;
        }
        if (left > 0) log.Warn($"{left} rows are left out: their answer does not stand at its place in the context.");
        return read;
    }

    private static Func<string> Texts(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return value.ToString();
        };
    }

    private static Func<int> Places(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type == NumberDataViewType.Int32) return Of<int>(v => v);
        if (column.Type == NumberDataViewType.Int64) return Of<long>(v => v is >= 0 and <= int.MaxValue ? (int)v : -1);
        if (column.Type == NumberDataViewType.Single) return Of<float>(v => v is >= 0 and < 1 << 24 ? (int)v : -1);
        throw new TableException(column.Name, found: column.Type.ToString(), expected: "a whole number");

        Func<int> Of<T>(Func<T, int> place)
        {
            ValueGetter<T> getter = cursor.GetGetter<T>(column);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return place(value);
            };
        }
    }
}
