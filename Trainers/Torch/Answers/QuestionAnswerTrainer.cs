using System.Globalization;
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
    private readonly IHostEnvironment? environment;
    private readonly QuestionAnswerOptions options;

    /// <exception cref="OptionsException">An option is out of its range.</exception>
    internal QuestionAnswerTrainer(IHostEnvironment? environment, QuestionAnswerOptions options)
    {
        BoundsAttribute.Check(options);
        (this.environment, this.options) = (environment, options);
    }

    /// <summary>Learns from the rows.</summary>
    /// <exception cref="TableException">A column is missing or of another type, or no row can be learned from.</exception>
    /// <exception cref="OptionsException">No encoder is named.</exception>
    /// <exception cref="TorchException">The encoder can't be had.</exception>
    public QuestionAnswerTransformer Fit(IDataView input)
    {
        List<AskedQuestion> train = Read(input), held = options.ValidationSet is { } view ? Read(view) : [];
        if (train.Count == 0) throw new TableException(options.TrainingAnswerColumnName, found: "no answer that stands in its context", expected: "words of the context");
        FitContext context = new()
        {
            Seed = options.Seed,
            Threads = options.Threads,
            Deadline = options.Time is { } time ? TimeProvider.System.GetUtcNow() + time : null,
            Cancel = options.Cancel,
            Progress = new Logged(this),
        };
        return new QuestionAnswerTransformer(AnswerFit.Run(options, train, held, context), options);
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the answers and their scores.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (string name in (string[])[options.ContextColumnName, options.QuestionColumnName])
        {
            if (!columns.TryGetValue(name, out SchemaShape.Column column))
                throw new TableException(name, found: "no such column", expected: $"one of {string.Join(", ", columns.Keys.Take(12))}");
            if (column.ItemType is not TextDataViewType || column.Kind != SchemaShape.Column.VectorKind.Scalar) throw new TableException(name, found: column.ItemType.ToString(), expected: "text");
        }
        columns[options.PredictedAnswerColumnName] = MLNetInterop.ShapeColumn(options.PredictedAnswerColumnName, SchemaShape.Column.VectorKind.VariableVector, TextDataViewType.Instance);
        columns[options.ScoreColumnName] = MLNetInterop.ShapeColumn(options.ScoreColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Single);
        return new SchemaShape(columns.Values);
    }

    private List<AskedQuestion> Read(IDataView view)
    {
        DataViewSchema.Column context = Text(options.ContextColumnName), question = Text(options.QuestionColumnName), answer = Text(options.TrainingAnswerColumnName), place = Column(options.AnswerIndexColumnName);
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
        if (left > 0) Log(channel => channel.Warning(MessageSensitivity.None, "{0} rows are left out: their answer does not stand at its place in the context.", left));
        return read;

        DataViewSchema.Column Column(string name) => view.Schema.GetColumnOrNull(name)
            ?? throw new TableException(name, found: "no such column", expected: $"one of {string.Join(", ", view.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Take(12))}");

        DataViewSchema.Column Text(string name) => Column(name) is { Type: TextDataViewType } column ? column : throw new TableException(name, found: Column(name).Type.ToString(), expected: "text");
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

    private void Log(Action<IChannel> write)
    {
        if (environment is null) return;
        using IChannel channel = environment.Start("QuestionAnswer");
        write(channel);
    }

    private sealed class Logged(QuestionAnswerTrainer owner) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) =>
            owner.Log(channel => channel.Info(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"{value.What}: {value.Done:P0} done, loss {value.Loss:0.####}")));
    }
}
