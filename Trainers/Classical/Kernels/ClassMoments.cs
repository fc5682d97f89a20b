using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Weighted mean and variance of quantities, and frequencies of categories, within each class.</summary>
internal sealed class ClassMoments
{
    private const int RowsPerLook = 4096;
    private const double LeastVariance = 1e-100; // what a model of constant features takes

    private readonly int classes;
    private readonly double[] classWeights;
    private readonly double[] weights;      // [features × classes], of known values
    private readonly double[] means;        // [features × classes]
    private readonly double[] squares;      // [features × classes], about the mean
    private readonly double[] stored;       // [features × classes], weight of the known values that are stored
    private readonly double[] missing;      // [features × classes]
    private readonly double[]?[] tables;    // [features], each [classes × (codes + 1)]

    private ClassMoments(FeatureMatrix features, int classes)
    {
        this.classes = classes;
        classWeights = new double[classes];
        weights = new double[features.Width * classes];
        means = new double[features.Width * classes];
        squares = new double[features.Width * classes];
        stored = new double[features.Width * classes];
        missing = new double[features.Width * classes];
        tables = new double[features.Width][];
        for (int f = 0; f < tables.Length; f++)
            if (features.Features[f].Categories > 0) tables[f] = new double[classes * (features.Features[f].Categories + 1)];
    }

    /// <exception cref="TimeoutException">The deadline came first.</exception>
    public static ClassMoments Of(TrainingSet data, FitContext context)
    {
        ClassMoments moments = new(data.Features, data.Target.Classes.Count);
        for (int r = 0; r < data.Rows; r++) moments.classWeights[(int)data.Labels[r]] += data.IsWeighted ? data.Weights[r] : 1;
        moments.Pass(data, context, moments.AddValue);
        moments.CloseMeans(data.Features.IsSparse);
        moments.Pass(data, context, moments.AddSquare);
        if (data.Features.IsSparse) moments.CloseSquares();
        return moments;
    }

    public bool IsCategory(int feature) => tables[feature] is not null;

    /// <summary>Log prior of each class; a class without weight keeps a finite one.</summary>
    public double[] LogPriors()
    {
        double total = classWeights.Sum();
        return [.. classWeights.Select(w => Math.Log(Math.Max(1e-12, w / total)))];
    }

    /// <summary>Variance of a quantity over all classes.</summary>
    public double Variance(int feature)
    {
        double total = 0, mean = 0, within = 0, between = 0;
        for (int k = 0; k < classes; k++)
        {
            total += weights[(feature * classes) + k];
            mean += weights[(feature * classes) + k] * means[(feature * classes) + k];
        }
        if (total == 0) return 0;
        mean /= total;
        for (int k = 0; k < classes; k++)
        {
            double off = means[(feature * classes) + k] - mean;
            within += squares[(feature * classes) + k];
            between += weights[(feature * classes) + k] * off * off;
        }
        return (within + between) / total;
    }

    /// <summary>The normal term of a quantity; null where it is never known. A class in which it is never known takes all classes' moments.</summary>
    public NaiveBayesTerm? Normal(int feature, double smoothing)
    {
        double total = 0, mean = 0;
        for (int k = 0; k < classes; k++)
        {
            total += weights[(feature * classes) + k];
            mean += weights[(feature * classes) + k] * means[(feature * classes) + k];
        }
        if (total == 0) return null;
        double[] termMeans = new double[classes], variances = new double[classes];
        for (int k = 0; k < classes; k++)
        {
            double known = weights[(feature * classes) + k];
            termMeans[k] = known > 0 ? means[(feature * classes) + k] : mean / total;
            variances[k] = Math.Max(LeastVariance, (known > 0 ? squares[(feature * classes) + k] / known : Variance(feature)) + smoothing);
        }
        return NaiveBayesTerm.Normal(feature, termMeans, variances);
    }

    /// <summary>Log frequencies of a category's codes, [classes × (codes + 1)], the last for missing and unknown ones.</summary>
    public double[] LogTable(int feature, double pseudocount)
    {
        double[] table = tables[feature]!, logs = new double[table.Length];
        int width = table.Length / classes;
        for (int k = 0; k < classes; k++)
        {
            double total = pseudocount * width;
            for (int c = 0; c < width; c++) total += table[(k * width) + c];
            for (int c = 0; c < width; c++) logs[(k * width) + c] = Math.Log((table[(k * width) + c] + pseudocount) / total);
        }
        return logs;
    }

    private void Pass(TrainingSet data, FitContext context, Action<int, int, float, double> add)
    {
        for (int r = 0; r < data.Rows; r++)
        {
            if (r % RowsPerLook == 0)
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (context.IsOutOfTime) throw new TimeoutException($"Naive Bayes ran out of time after {r} rows.");
            }
            int k = (int)data.Labels[r];
            double weight = data.IsWeighted ? data.Weights[r] : 1;
            FeatureRow row = data.Features.Row(r);
            for (int i = 0; i < row.Values.Length; i++) add(row.IsSparse ? row.Indices[i] : i, k, row.Values[i], weight);
        }
    }

    private void AddValue(int feature, int k, float value, double weight)
    {
        if (tables[feature] is { } table)
        {
            int width = table.Length / classes;
            table[(k * width) + (value >= 0 && value < width - 1 ? (int)value : width - 1)] += weight;
            return;
        }
        int at = (feature * classes) + k;
        if (!float.IsFinite(value))
        {
            missing[at] += weight;
            return;
        }
        stored[at] += weight;
        means[at] += weight * value;
    }

    private void CloseMeans(bool isSparse)
    {
        for (int f = 0; f < tables.Length; f++)
        {
            if (tables[f] is { } table)
            {
                int width = table.Length / classes;
                // What a sparse row does not store is code 0.
                for (int k = 0; isSparse && k < classes; k++) table[k * width] += Math.Max(0, classWeights[k] - table.AsSpan(k * width, width).ToArray().Sum());
                continue;
            }
            for (int k = 0; k < classes; k++)
            {
                int at = (f * classes) + k;
                weights[at] = isSparse ? Math.Max(0, classWeights[k] - missing[at]) : stored[at];
                means[at] = weights[at] > 0 ? means[at] / weights[at] : 0;
            }
        }
    }

    private void AddSquare(int feature, int k, float value, double weight)
    {
        if (tables[feature] is not null || !float.IsFinite(value)) return;
        double off = value - means[(feature * classes) + k];
        squares[(feature * classes) + k] += weight * off * off;
    }

    /// <summary>Adds mean² for each zero that is not stored.</summary>
    private void CloseSquares()
    {
        for (int at = 0; at < squares.Length; at++) squares[at] += Math.Max(0, weights[at] - stored[at]) * means[at] * means[at];
    }
}
