namespace MLPipes;

/// <summary>Predictions of a batch of rows.</summary>
public sealed class Predictions
{
    private readonly float[] scores;
    private readonly PipelineSchema schema;

    internal Predictions(PipelineSchema schema, float[] values, float[] scores, IReadOnlyList<string> warnings)
    {
        this.schema = schema;
        Task = schema.Task;
        Classes = schema.Classes;
        Outputs = schema.Outputs;
        Values = values;
        this.scores = scores;
        Warnings = warnings;
    }

    /// <summary>What is predicted.</summary>
    public MLTask Task { get; }

    /// <summary>Class names by index, a binary label's positive class last; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Values per row: 1 for binary and regression, one a class for multiclass.</summary>
    public int Outputs { get; }

    /// <summary>
    /// [rows × outputs], row-major. Binary: the probability of the positive class. Multiclass: a probability a class. Regression: the value.
    /// </summary>
    public float[] Values { get; }

    /// <summary>
    /// What ML.NET calls scores, [rows × outputs]. Binary: the model's raw score, or the log-odds of the probability where several
    /// models are averaged or it is calibrated. Otherwise the same as <see cref="Values"/>.
    /// </summary>
    public ReadOnlySpan<float> Scores => scores;

    /// <summary>What was odd about the rows: values that were missing, unreadable or new; one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount => Values.Length / Outputs;

    /// <summary>The predicted class of a row, as an index into <see cref="Classes"/>: binary by the schema's threshold, else the likeliest, the first of equals.</summary>
    /// <param name="row">Row index from 0.</param>
    /// <exception cref="InvalidOperationException">A regression has no classes.</exception>
    public int ClassAt(int row) => ClassOf(schema, Values.AsSpan(row * Outputs, Outputs));

    /// <summary>The predicted class's name, or the predicted number as text.</summary>
    /// <param name="row">Row index from 0.</param>
    public string LabelAt(int row) => Task == MLTask.Regression
        ? Values[row].ToString(System.Globalization.CultureInfo.InvariantCulture)
        : Classes[ClassAt(row)];

    /// <summary>The probability of class <paramref name="index"/> (from 0) in a row.</summary>
    /// <exception cref="InvalidOperationException">A regression has no classes.</exception>
    public float ProbabilityAt(int row, int index) => ProbabilityOf(Task, Values.AsSpan(row * Outputs, Outputs), index);

    internal static int ClassOf(PipelineSchema schema, ReadOnlySpan<float> outputs) => schema.Task switch
    {
        MLTask.Binary => outputs[0] >= schema.Threshold ? 1 : 0,
        MLTask.Multiclass => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(outputs),
        _ => throw new InvalidOperationException("A regression has no classes."),
    };

    internal static float ProbabilityOf(MLTask task, ReadOnlySpan<float> outputs, int index) => task switch
    {
        MLTask.Binary => index == 1 ? outputs[0] : 1 - outputs[0],
        MLTask.Multiclass => outputs[index],
        _ => throw new InvalidOperationException("A regression has no classes."),
    };
}
