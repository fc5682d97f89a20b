using System.Buffers;

namespace MLPipes.Pipelines;

/// <summary>Features that are independent within each class: log prior plus the log likelihood of each feature.</summary>
/// <remarks>
/// Two classes: one score, the log odds of class 1. More: a score a class, its log joint less the row's largest, so that scores are
/// at most 0 and a softmax gives the posterior.
/// </remarks>
public sealed class NaiveBayesModel : IModel, IPlainPart<NaiveBayesModel>
{
    private const int StackClasses = 64;
    private const double LeastScore = -1e30; // keeps scores finite in float32; its exp is 0 all the same

    private static readonly LogisticLink logistic = new();
    private static readonly SoftmaxLink softmax = new();

    private readonly double[] logPriors;
    private readonly NaiveBayesTerm[] terms;

    /// <summary>A naive Bayes model.</summary>
    /// <param name="features">Features per row.</param>
    /// <param name="logPriors">Log prior of each class, [classes], at least two.</param>
    /// <param name="terms">At most one a feature; a feature without one is not looked at. Sorted by feature here.</param>
    /// <exception cref="ArgumentException">A term is broken, or two are of one feature.</exception>
    public NaiveBayesModel(int features, double[] logPriors, IEnumerable<NaiveBayesTerm> terms)
    {
        this.logPriors = logPriors;
        this.terms = [.. terms.OrderBy(t => t.Feature)];
        if (FindProblem(features, logPriors, this.terms) is { } problem) throw new ArgumentException(problem, nameof(terms));
        FeatureCount = features;
    }

    /// <summary>Log prior of each class.</summary>
    public ReadOnlySpan<double> LogPriors => logPriors;

    /// <summary>The terms, by feature.</summary>
    public IReadOnlyList<NaiveBayesTerm> Terms => terms;

    /// <inheritdoc/>
    public static string Kind => "naive-bayes";

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public int OutputCount => logPriors.Length == 2 ? 1 : logPriors.Length;

    /// <inheritdoc/>
    public ILink? Link => logPriors.Length == 2 ? logistic : softmax;

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        double[]? rented = null;
        Span<double> sums = logPriors.Length <= StackClasses ? stackalloc double[StackClasses] : rented = ArrayPool<double>.Shared.Rent(logPriors.Length);
        sums = sums[..logPriors.Length];
        logPriors.CopyTo(sums);
        FeatureCursor cursor = new(row);
        foreach (NaiveBayesTerm term in terms) term.AddTo(sums, cursor.At(term.Feature));
        if (sums.Length == 2) scores[0] = (float)Math.Clamp(sums[1] - sums[0], LeastScore, -LeastScore);
        else
        {
            double largest = double.NegativeInfinity;
            foreach (double sum in sums) largest = Math.Max(largest, sum);
            for (int k = 0; k < sums.Length; k++) scores[k] = (float)Math.Max(LeastScore, sums[k] - largest);
        }
        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Int(FeatureCount);
        writer.Doubles(logPriors);
        writer.Int(terms.Length);
        foreach (NaiveBayesTerm term in terms) term.Write(writer);
    }

    /// <inheritdoc/>
    public static NaiveBayesModel Read(PlainReader reader)
    {
        int features = reader.Int(0, int.MaxValue);
        double[] logPriors = reader.Doubles();
        int count = reader.Int(0, features);
        List<NaiveBayesTerm> terms = [];
        for (int i = 0; i < count; i++) terms.Add(NaiveBayesTerm.Read(reader));
        NaiveBayesTerm[] sorted = [.. terms.OrderBy(t => t.Feature)];
        return FindProblem(features, logPriors, sorted) is { } problem ? throw reader.Damaged(problem) : new NaiveBayesModel(features, logPriors, sorted);
    }

    private static string? FindProblem(int features, double[] logPriors, NaiveBayesTerm[] terms)
    {
        if (logPriors.Length < 2) return $"Naive Bayes needs two or more classes, not {logPriors.Length}.";
        if (!logPriors.All(p => p is <= 0 and >= -1e100)) return "A log prior is not finite or above 0.";
        for (int i = 0; i < terms.Length; i++)
        {
            if (terms[i].FindProblem(features, logPriors.Length) is { } problem) return $"Term {i}: {problem}.";
            if (i > 0 && terms[i].Feature == terms[i - 1].Feature) return $"Two terms are of feature {terms[i].Feature}.";
        }
        return null;
    }
}
