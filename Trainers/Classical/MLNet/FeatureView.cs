using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>How ML.NET is to see the label.</summary>
internal enum LabelForm
{
    Boolean,
    Key,
    Single,
}

/// <summary>A training set as ML.NET reads it: columns Features, Label and, where rows have weights, Weight. Copies a row at a time, never the matrix.</summary>
internal sealed class FeatureView : IDataView
{
    // ML.NET's default column names, which its option records hold already.
    public const string FeaturesName = "Features";
    public const string LabelName = "Label";
    public const string WeightName = "Weight";

    private readonly TrainingSet data;
    private readonly int[]? order;

    private FeatureView(TrainingSet data, LabelForm form, CancellationToken stop)
    {
        this.data = data;
        Form = form;
        Stop = stop;
        DataViewSchema.Builder schema = new();
        schema.AddColumn(FeaturesName, new VectorDataViewType(NumberDataViewType.Single, data.Features.Width));
        schema.AddColumn(LabelName, form switch
        {
            LabelForm.Boolean => BooleanDataViewType.Instance,
            LabelForm.Key => new KeyDataViewType(typeof(uint), data.Target.Classes.Count),
            _ => NumberDataViewType.Single,
        });
        if (data.IsWeighted) schema.AddColumn(WeightName, NumberDataViewType.Single);
        Schema = schema.ToSchema();
    }

    private FeatureView(FeatureView view, int[] order) : this(view.data, view.Form, view.Stop) => this.order = order;

    public LabelForm Form { get; }

    public CancellationToken Stop { get; }

    /// <summary>Name of the weight column, null where rows have no weights.</summary>
    public string? WeightColumn => data.IsWeighted ? WeightName : null;

    /// <summary>What was subtracted from a numeric label.</summary>
    public double LabelShift { get; private init; }

    /// <summary>What a numeric label was divided by, after the shift.</summary>
    public double LabelScale { get; private init; } = 1;

    /// <summary>What a row's weight is multiplied by.</summary>
    public float WeightScale { get; private init; } = 1;

    /// <summary>What stands for a missing feature; NaN passes it on as it is.</summary>
    public float Missing { get; private init; } = float.NaN;

    public TrainingSet Data => data;

    public int Width => data.Features.Width;

    /// <summary>Rows in reading order.</summary>
    public int Rows => order?.Length ?? data.Rows;

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public static FeatureView Binary(TrainingSet data, CancellationToken stop) => new(data, LabelForm.Boolean, stop);

    public static FeatureView Multiclass(TrainingSet data, CancellationToken stop) => new(data, LabelForm.Key, stop);

    public static FeatureView Regression(TrainingSet data, CancellationToken stop) => new(data, LabelForm.Single, stop);

    /// <summary>A numeric label with its (weighted) mean taken away and divided by its deviation, so that penalties do not depend on its unit.</summary>
    public static FeatureView Standardized(TrainingSet data, CancellationToken stop)
    {
        (double mean, double deviation) = Moments(data);
        return new(data, LabelForm.Single, stop) { LabelShift = mean, LabelScale = deviation > 0 ? deviation : 1 };
    }

    /// <summary>A numeric label divided by its (weighted) mean.</summary>
    public static FeatureView PerMean(TrainingSet data, CancellationToken stop)
    {
        double mean = Moments(data).Mean;
        return new(data, LabelForm.Single, stop) { LabelScale = mean > 0 ? mean : 1 };
    }

    /// <summary>All rows of <paramref name="view"/> once, in the order of its training set.</summary>
    public static FeatureView Same(FeatureView view) =>
        new(view.data, view.Form, view.Stop) { Missing = view.Missing, LabelShift = view.LabelShift, LabelScale = view.LabelScale };

    /// <summary>The same view with weights of mean 1, for losses that are divided by the number of rows.</summary>
    public FeatureView WithMeanWeightOne()
    {
        if (!data.IsWeighted) return this;
        double total = 0;
        foreach (float weight in data.Weights) total += weight;
        return new(data, Form, Stop) { Missing = Missing, LabelShift = LabelShift, LabelScale = LabelScale, WeightScale = (float)(data.Rows / total) };
    }

    /// <summary>The same view where NaN features read as <paramref name="value"/>.</summary>
    public FeatureView WithMissingAs(float value) =>
        new(data, Form, Stop) { Missing = value, LabelShift = LabelShift, LabelScale = LabelScale, WeightScale = WeightScale };

    /// <summary>
    /// The same rows, each as often as its weight asks for, for trainers that ignore weights: systematic sampling, so that a row of
    /// weight w comes ⌊c·w⌋ or ⌈c·w⌉ times with c = rows / total weight, at least <paramref name="passes"/> times that in all.
    /// </summary>
    public FeatureView InProportionToWeights(int passes)
    {
        if (!data.IsWeighted) return this;
        double total = 0;
        foreach (float weight in data.Weights) total += weight;
        int wanted = (int)Math.Min((long)data.Rows * passes, Array.MaxLength);
        List<int> rows = new(wanted);
        double step = total / wanted, next = step / 2, reached = 0;
        for (int row = 0; row < data.Rows; row++)
        {
            reached += data.Weights[row];
            for (; next < reached && rows.Count < wanted; next += step) rows.Add(row);
        }
        return new FeatureView(this, [.. rows]) { Missing = Missing, LabelShift = LabelShift, LabelScale = LabelScale };
    }

    public long? GetRowCount() => Rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        int[]? rows = order;
        if (rand is not null)
        {
            rows = order is null ? [.. Enumerable.Range(0, data.Rows)] : [.. order];
            rand.Shuffle(rows);
        }
        return new FeatureCursor(this, rows);
    }

    // One cursor, so that the order in which rows are read never depends on threads.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static (double Mean, double Deviation) Moments(TrainingSet data)
    {
        ReadOnlySpan<float> labels = data.Labels, weights = data.Weights;
        double sum = 0, total = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            sum += weight * labels[i];
            total += weight;
        }
        double mean = sum / total, squares = 0;
        for (int i = 0; i < labels.Length; i++)
            squares += (weights.IsEmpty ? 1 : weights[i]) * (labels[i] - mean) * (labels[i] - mean);
        return (mean, Math.Sqrt(squares / total));
    }
}
