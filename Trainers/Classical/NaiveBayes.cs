using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Naive Bayes: features taken as independent within each class, quantities as normal, categories by their frequencies.</summary>
/// <remarks>
/// p(class | x) ∝ p(class) · Π_f p(x_f | class). Missing quantities say nothing; a missing or unknown category is a category of its own.
/// Time O(stored values + features · classes), memory O(features · classes).
/// Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd edition, section 6.6.3; smoothing as in scikit-learn.
/// </remarks>
public sealed record NaiveBayes : ITrainer<NaiveBayes>
{
    /// <summary>Added to every variance, as a share of the largest variance of a feature, default 1e-9.</summary>
    [Bounds(0, 1)]
    public double VarianceSmoothing { get; init; } = 1e-9;

    /// <summary>Rows added to each category of each class before frequencies are taken, default 1. Acts on category codes only.</summary>
    [Bounds(0, 1e6, LowIsOpen = true)]
    public double Pseudocount { get; init; } = 1;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("naive-bayes", "Features taken as independent within each class.", MLTask.Binary, MLTask.Multiclass)
    {
        UsesWeights = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<NaiveBayes> Space(DataShape data)
    {
        SearchSpace<NaiveBayes> space = new SearchSpace<NaiveBayes>().Log(nameof(VarianceSmoothing), 1e-9, 0.1, 1e-9, (t, v) => t with { VarianceSmoothing = v });
        return data.CategoricalFeatures == 0 ? space : space.Log(nameof(Pseudocount), 0.1, 10, 1, (t, v) => t with { Pseudocount = v });
    }

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => new(2.0 * data.StoredValues, (100L * data.Features * Math.Max(2, data.Classes)) + (1 << 16));

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        ClassMoments moments = ClassMoments.Of(data, context);
        double largest = Enumerable.Range(0, data.Features.Width).Where(f => !moments.IsCategory(f)).Select(moments.Variance).DefaultIfEmpty(0).Max();
        double smoothing = VarianceSmoothing * (largest > 0 ? largest : 1);
        IEnumerable<NaiveBayesTerm> terms = Enumerable.Range(0, data.Features.Width).Select(f =>
            moments.IsCategory(f) ? NaiveBayesTerm.Categories(f, moments.LogTable(f, Pseudocount)) : moments.Normal(f, smoothing)).OfType<NaiveBayesTerm>();
        return new NaiveBayesModel(data.Features.Width, moments.LogPriors(), terms);
    }
}
