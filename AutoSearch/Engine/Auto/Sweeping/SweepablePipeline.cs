using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>Steps in a row, some of them with alternatives: every way through them is a candidate of the search.</summary>
public sealed class SweepablePipeline : ISweepable<EstimatorChain<ITransformer>>
{
    /// <summary>The name of the parameter that says which way is taken.</summary>
    internal const string SchemaOption = "_SCHEMA_";
    /// <summary>The name under which an experiment holds its pipeline's parameter.</summary>
    internal const string PipelineOption = "_pipeline_";

    private const string Then = " * ";

    private readonly Dictionary<string, SweepableEstimator> estimators;

    internal SweepablePipeline() : this(new Dictionary<string, SweepableEstimator>(StringComparer.Ordinal), [[]]) { }

    private SweepablePipeline(Dictionary<string, SweepableEstimator> estimators, IReadOnlyList<IReadOnlyList<string>> ways) => (this.estimators, Ways) = (estimators, ways);

    /// <summary>Every step by its key: e0, e1, …</summary>
    public Dictionary<string, SweepableEstimator> Estimators => new(estimators, StringComparer.Ordinal);

    /// <summary>Each way through the steps, as keys.</summary>
    internal IReadOnlyList<IReadOnlyList<string>> Ways { get; }

    /// <summary>The steps' own spaces by key, and which way to take.</summary>
    public SearchSpace SearchSpace
    {
        get
        {
            SearchSpace space = [];
            foreach ((string key, SweepableEstimator estimator) in estimators) space.Add(key, estimator.SearchSpace);
            space.Add(SchemaOption, new ChoiceOption([.. Ways.Select(SchemaOf)]));
            return space;
        }
    }

    /// <summary>The steps of <paramref name="way"/>.</summary>
    internal IReadOnlyList<SweepableEstimator> StepsOf(IReadOnlyList<string> way) => [.. way.Select(key => estimators[key])];

    internal static string SchemaOf(IReadOnlyList<string> way) => string.Join(Then, way);

    /// <summary>The estimators that <paramref name="parameter"/>, of this pipeline or of an experiment with it, stands for, in a row.</summary>
    public EstimatorChain<ITransformer> BuildFromOption(MLContext context, Parameter parameter)
    {
        (IReadOnlyList<string> way, parameter) = WayOf(parameter);
        EstimatorChain<ITransformer> chain = new();
        for (int i = 0; i < way.Count; i++)
        {
            SweepableEstimator step = estimators[way[i]];
            // A trainer of ours right behind a featurizer of ours reads the columns themselves, each as the trainer needs it.
            if (step is FeaturizerStep featurizer && i + 1 < way.Count && estimators[way[i + 1]] is TrainerStep next && next.Features == featurizer.Output)
            {
                chain = chain.Append<ITransformer>(next.Build(ParameterOf(parameter, way[++i]), featurizer));
                continue;
            }
            chain = chain.Append(step.BuildFromOption(context, ParameterOf(parameter, way[i])));
        }
        return chain;
    }

    /// <summary>The pipeline that only goes the way named by <paramref name="schema"/>.</summary>
    /// <exception cref="OptionsException">There is no such way.</exception>
    public SweepablePipeline BuildSweepableEstimatorPipeline(string schema)
    {
        IReadOnlyList<string> way = Ways.FirstOrDefault(w => SchemaOf(w) == schema)
            ?? throw new OptionsException(nameof(SweepablePipeline), [$"There is no way '{schema}'. There are: {string.Join("; ", Ways.Take(10).Select(SchemaOf))}."]);
        return new SweepablePipeline(way.ToDictionary(key => key, key => estimators[key], StringComparer.Ordinal), [way]);
    }

    /// <summary>The same steps and behind them one of <paramref name="sweepables"/>.</summary>
    public SweepablePipeline Append(params ISweepable<IEstimator<ITransformer>>[] sweepables)
    {
        Dictionary<string, SweepableEstimator> all = new(estimators, StringComparer.Ordinal);
        List<IReadOnlyList<string>> tails = [];
        foreach (ISweepable<IEstimator<ITransformer>> sweepable in sweepables)
        {
            if (sweepable is SweepablePipeline pipeline)
            {
                Dictionary<string, string> keys = pipeline.estimators.ToDictionary(e => e.Key, e => Add(e.Value), StringComparer.Ordinal);
                tails.AddRange(pipeline.Ways.Select(way => way.Select(key => keys[key]).ToArray()));
            }
            else
            {
                tails.Add([Add(sweepable as SweepableEstimator ?? new SweepableEstimator(sweepable.BuildFromOption, sweepable.SearchSpace))]);
            }
        }
        return new SweepablePipeline(all, [.. Ways.SelectMany(way => tails.Select(tail => (string[])[.. way, .. tail]))]);

        string Add(SweepableEstimator estimator)
        {
            string key = $"e{all.Count}";
            all.Add(key, estimator);
            return key;
        }
    }

    /// <summary>The names of the steps that <paramref name="parameter"/>, of this pipeline or of an experiment with it, stands for: <c>Featurizer=>LightGbm</c>.</summary>
    public string ToString(Parameter parameter) => string.Join("=>", StepsOf(WayOf(parameter).Way).Select(s => s.Name));

    /// <summary>The names of the steps and their alternatives.</summary>
    public override string ToString() => string.Join(" | ", Ways.Select(way => string.Join("=>", StepsOf(way).Select(s => s.Name))));

    private static Parameter ParameterOf(Parameter whole, string key) => whole.TryGetValue(key, out Parameter? own) ? own : Parameter.CreateNestedParameter();

    private (IReadOnlyList<string> Way, Parameter Parameter) WayOf(Parameter parameter)
    {
        if (parameter.TryGetValue(PipelineOption, out Parameter? inner)) parameter = inner;
        string schema = parameter.TryGetValue(SchemaOption, out Parameter? named) ? named.AsType<string>() : Ways.Count == 1 ? SchemaOf(Ways[0])
            : throw new OptionsException(nameof(SweepablePipeline), [$"The parameter does not say which of {Ways.Count} ways to take ('{SchemaOption}')."]);
        return (Ways.FirstOrDefault(w => SchemaOf(w) == schema) ?? throw new OptionsException(nameof(SweepablePipeline), [$"There is no way '{schema}'."]), parameter);
    }
}
