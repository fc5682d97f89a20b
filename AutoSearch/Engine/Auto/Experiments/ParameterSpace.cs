using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A search space of an experiment, as our tuners see it: one knob for each single option.</summary>
internal sealed class ParameterSpace : ISearchSpace
{
    private readonly SearchSpace space;
    private readonly Parameter constant;
    private readonly (string Path, OptionBase Option)[] leaves;

    /// <param name="space">What is searched.</param>
    /// <param name="constant">What every point has besides.</param>
    public ParameterSpace(SearchSpace space, Parameter constant)
    {
        (this.space, this.constant) = (space, constant);
        leaves = [.. space.Leaves().Where(l => l.Option.FeatureSpaceDim > 0)];
        Knobs = [.. leaves.Select(l => new Knob(l.Path, l.Option.Default?[0] ?? 0, l.Option.Step[0] ?? 0, l.Option.IsOrdered))];
    }

    public IReadOnlyList<Knob> Knobs { get; }

    public ITrainer Start => At([.. Knobs.Select(k => k.Start)]);

    public ITrainer At(ReadOnlySpan<double> point) => new ParameterPoint(ParameterAt(point));

    public ITrainer From(IReadOnlyDictionary<string, string> values) =>
        At([.. leaves.Select((l, i) => values.TryGetValue(l.Path, out string? text) ? l.Option.MappingToFeatureSpace(Parameter.FromText(text))[0] : Knobs[i].Start)]);

    public double[] PointNear(IReadOnlyDictionary<string, string> values) => OptionSpace.PointNear(leaves, Knobs, values);

    public IReadOnlyDictionary<string, string> Describe(ReadOnlySpan<double> point)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        for (int i = 0; i < leaves.Length; i++) texts[leaves[i].Path] = leaves[i].Option.SampleFromFeatureSpace([Math.Clamp(point[i], 0, 1)]).ToString();
        return texts;
    }

    public bool IsActive(int index, ReadOnlySpan<double> point) => true;

    /// <summary>The values at <paramref name="point"/>.</summary>
    public Parameter ParameterAt(ReadOnlySpan<double> point)
    {
        Parameter values = space.SampleFromFeatureSpace(point.ToArray());
        Merge(values, constant);
        return values;
    }

    private static void Merge(Parameter into, Parameter from)
    {
        foreach ((string key, Parameter value) in from)
        {
            if (value.ParameterType == ParameterType.Object && into.TryGetValue(key, out Parameter? own))
            {
                Merge(own, value);
                into[key] = own;
            }
            else
            {
                into[key] = value;
            }
        }
    }

    /// <summary>A point as tuners ask for it. What fits it is the experiment's trial runner, on a data view.</summary>
    private sealed class ParameterPoint(Parameter parameter) : ITrainer
    {
        public CostHint Cost(DataShape data) => new(1, 0);

        public IModel Fit(TrainingSet data, FitContext context) =>
            throw new InvalidOperationException($"The values {parameter} of an experiment are fitted by its trial runner.");
    }
}
