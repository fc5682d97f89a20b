using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>Something with a search space.</summary>
public interface ISweepable
{
    /// <summary>What can be varied.</summary>
    SearchSpace SearchSpace { get; }
}

/// <summary>Makes an estimator from a point of its search space.</summary>
public interface ISweepable<out T> : ISweepable where T : IEstimator<ITransformer>
{
    /// <summary>The estimator at <paramref name="parameter"/>.</summary>
    T BuildFromOption(MLContext context, Parameter parameter);
}
