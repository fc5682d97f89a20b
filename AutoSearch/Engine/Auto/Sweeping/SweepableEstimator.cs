using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>An estimator that is made anew for each point of its search space.</summary>
public class SweepableEstimator : ISweepable<IEstimator<ITransformer>>
{
    private readonly Func<MLContext, Parameter, IEstimator<ITransformer>>? factory;

    /// <summary>An estimator made by <paramref name="factory"/> from points of <paramref name="ss"/>.</summary>
    public SweepableEstimator(Func<MLContext, Parameter, IEstimator<ITransformer>> factory, SearchSpace ss) : this("Unknown", ss) => this.factory = factory;

    private protected SweepableEstimator(string name, SearchSpace space) => (Name, SearchSpace) = (name, space);

    /// <summary>What it is called in a pipeline's text.</summary>
    internal string Name { get; init; }

    /// <inheritdoc/>
    public SearchSpace SearchSpace { get; }

    /// <inheritdoc/>
    public virtual IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter parameter) => factory!(context, parameter);

    /// <summary>An estimator without anything to vary, as a step of a sweep.</summary>
    internal static SweepableEstimator Fixed(IEstimator<ITransformer> estimator)
    {
        string name = estimator.GetType().Name;
        return new SweepableEstimator((_, _) => estimator, []) { Name = name.EndsWith("Estimator", StringComparison.Ordinal) ? name[..^"Estimator".Length] : name.Split('`')[0] };
    }
}
