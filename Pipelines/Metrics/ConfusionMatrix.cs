namespace MLPipes.Pipelines;

/// <summary>How much weight of each true class was given to each predicted class, and the figures that follow from it.</summary>
/// <remarks>
/// A row's predicted class is the likeliest one, the first of equals; in a binary task the positive class from a threshold on, 0.5 unless said otherwise.
/// Rates with nothing to divide by are 0, as in scikit-learn.
/// </remarks>
public sealed class ConfusionMatrix
{
    private readonly double[] counts;

    private ConfusionMatrix(double[] counts, int classes)
    {
        this.counts = counts;
        Classes = classes;
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Weight of the rows of class <paramref name="truth"/> that were predicted as <paramref name="predicted"/>.</summary>
    public double this[int truth, int predicted] => counts[(truth * Classes) + predicted];

    /// <summary>Counts predictions against the truth.</summary>
    /// <param name="truth">[rows]: class indices.</param>
    /// <param name="predictions">[rows] probabilities of class 1, or [rows × classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="weights">[rows]; empty for equal weights.</param>
    /// <param name="threshold">Probability from which a row of a binary task is predicted as class 1.</param>
    public static ConfusionMatrix Of(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights = default, float threshold = 0.5f)
    {
        double[] counts = new double[classes * classes];
        bool single = predictions.Length == truth.Length;
        for (int row = 0; row < truth.Length; row++)
        {
            int predicted = single ? (predictions[row] >= threshold ? 1 : 0) : Likeliest(predictions.Slice(row * classes, classes));
            counts[((int)truth[row] * classes) + predicted] += weights.IsEmpty ? 1 : weights[row];
        }
        return new ConfusionMatrix(counts, classes);
    }

    /// <summary>Weight of all rows.</summary>
    public double Total => counts.Sum();

    /// <summary>Share of the weight on the diagonal.</summary>
    public double Accuracy => Ratio(Diagonal, Total);

    /// <summary>Mean recall of the classes that occur in the truth.</summary>
    public double BalancedAccuracy => MeanOver(c => TrueOf(c) > 0, Recall);

    /// <summary>Mean F1 of the classes that occur in truth or prediction.</summary>
    public double F1Macro => MeanOver(c => TrueOf(c) + PredictedOf(c) > 0, F1);

    /// <summary>Mean F1 of the classes, each weighted by its share of the truth.</summary>
    public double F1Weighted
    {
        get
        {
            double sum = 0;
            for (int c = 0; c < Classes; c++) sum += TrueOf(c) * F1(c);
            return Ratio(sum, Total);
        }
    }

    /// <summary>Matthews correlation coefficient; 0 where all rows are of one class or predicted as one.</summary>
    /// <remarks>Source: Gorodkin, Computational Biology and Chemistry 28, 2004, equation 8.</remarks>
    public double Mcc
    {
        get
        {
            double total = Total, products = 0, trueSquares = 0, predictedSquares = 0;
            for (int c = 0; c < Classes; c++)
            {
                double t = TrueOf(c), p = PredictedOf(c);
                products += t * p;
                trueSquares += t * t;
                predictedSquares += p * p;
            }
            double variance = ((total * total) - trueSquares) * ((total * total) - predictedSquares);
            return variance <= 1e-12 * total * total * total * total ? 0 : ((Diagonal * total) - products) / Math.Sqrt(variance);
        }
    }

    /// <summary>Share of the weight predicted as class <paramref name="c"/> that is of it.</summary>
    public double Precision(int c) => Ratio(this[c, c], PredictedOf(c));

    /// <summary>Share of the weight of class <paramref name="c"/> that is predicted as it.</summary>
    public double Recall(int c) => Ratio(this[c, c], TrueOf(c));

    /// <summary>Harmonic mean of precision and recall of class <paramref name="c"/>.</summary>
    public double F1(int c) => Ratio(2 * this[c, c], TrueOf(c) + PredictedOf(c));

    private double Diagonal
    {
        get
        {
            double sum = 0;
            for (int c = 0; c < Classes; c++) sum += this[c, c];
            return sum;
        }
    }

    private double TrueOf(int c)
    {
        double sum = 0;
        for (int p = 0; p < Classes; p++) sum += this[c, p];
        return sum;
    }

    private double PredictedOf(int c)
    {
        double sum = 0;
        for (int t = 0; t < Classes; t++) sum += this[t, c];
        return sum;
    }

    private double MeanOver(Func<int, bool> counts, Func<int, double> figure)
    {
        double sum = 0;
        int n = 0;
        for (int c = 0; c < Classes; c++)
        {
            if (!counts(c)) continue;
            sum += figure(c);
            n++;
        }
        return n == 0 ? double.NaN : sum / n;
    }

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;

    internal static int Likeliest(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int c = 1; c < scores.Length; c++) if (scores[c] > scores[best]) best = c;
        return best;
    }
}
