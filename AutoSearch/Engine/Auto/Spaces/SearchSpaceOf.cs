namespace MLPipes.AutoSearch;

/// <summary>The options that the attributes of <typeparamref name="T"/> name: <c>Range</c>, <c>Choice</c>, <c>BooleanChoice</c>, <c>NestOption</c>.</summary>
public sealed class SearchSpace<T> : SearchSpace where T : class, new()
{
    private readonly Parameter defaults;

    /// <summary>Starts at the values of <c>new T()</c>.</summary>
    public SearchSpace() : this(new T()) { }

    /// <summary>Starts at the values of <paramref name="defaultOption"/>; members that are not searched keep them.</summary>
    public SearchSpace(T defaultOption) : base(typeof(T), defaultOption) => defaults = Parameter.FromObject(defaultOption);

    /// <summary>The options at coordinates, each 0 to 1.</summary>
    public new T SampleFromFeatureSpace(double[] feature) => From(base.SampleFromFeatureSpace(feature));

    /// <summary>The coordinates of options.</summary>
    public double[] MappingToFeatureSpace(T input) => MappingToFeatureSpace(Parameter.FromObject(input));

    /// <summary>The options with the values of <paramref name="parameter"/> over the defaults.</summary>
    internal T From(Parameter parameter)
    {
        Parameter whole = Parameter.CreateNestedParameter([.. defaults]);
        foreach ((string key, Parameter value) in parameter) whole[key] = value;
        return whole.AsType<T>();
    }
}
