using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>Predicts the same for every row: the classes' shares, or the mean. The yardstick that any model has to beat.</summary>
public sealed record ConstantBaseline : ITrainer<ConstantBaseline>
{
    // A class without weight keeps a finite log-odds.
    private const double LeastShare = 1e-12;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("constant", "Class shares or the mean, whatever the features.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        UsesWeights = true,
        KeepsPartial = true,
        IsBaseline = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<ConstantBaseline> Space(DataShape data) => new();

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => new(data.Rows, 1024 + (16L * Math.Max(1, data.Outputs)));

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        double[] sums = new double[Math.Max(1, data.Target.Classes.Count)];
        double total = 0;
        for (int r = 0; r < data.Rows; r++)
        {
            double weight = data.IsWeighted ? data.Weights[r] : 1;
            total += weight;
            if (data.Task == MLTask.Regression) sums[0] += weight * data.Labels[r];
            else sums[(int)data.Labels[r]] += weight;
        }
        double[] shares = [.. sums.Select(sum => sum / total)];
        double Log(int k) => Math.Log(Math.Max(LeastShare, shares[k]));
        (double[] biases, ILink link) = data.Task switch
        {
            MLTask.Binary => ([Log(1) - Log(0)], new LogisticLink()),
            MLTask.Multiclass => (Enumerable.Range(0, shares.Length).Select(Log).ToArray(), new SoftmaxLink()),
            _ => (new[] { shares[0] }, (ILink)new IdentityLink()),
        };
        // An ensemble without trees looks at no feature, so missing values do no harm.
        return new TreeEnsembleBuilder(data.Features.Width, biases.Length) { Biases = biases, Link = link }.Build();
    }
}
