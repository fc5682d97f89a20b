using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MLPipes.AutoSearch;

/// <summary>Options by name; an option may be a search space itself.</summary>
public class SearchSpace : OptionBase, IDictionary<string, OptionBase>
{
    private readonly SortedDictionary<string, OptionBase> options = new(StringComparer.Ordinal);

    /// <summary>A space of no options.</summary>
    public SearchSpace() { }

    /// <summary>The options that the attributes of a class name, each starting at <paramref name="defaults"/>' own value.</summary>
    private protected SearchSpace(Type type, object defaults)
    {
        IEnumerable<(MemberInfo Member, Type Type, Func<object, object?> Get)> members =
            type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && p.CanWrite).Select(p => ((MemberInfo)p, p.PropertyType, (Func<object, object?>)p.GetValue))
            .Concat(type.GetFields(BindingFlags.Public | BindingFlags.Instance).Select(f => ((MemberInfo)f, f.FieldType, (Func<object, object?>)f.GetValue)));
        foreach ((MemberInfo member, Type memberType, Func<object, object?> get) in members)
            if (MemberOptions.Of(member, memberType, get(defaults)) is { } option) options.Add(member.Name, option);
    }

    /// <inheritdoc/>
    public override int FeatureSpaceDim => options.Values.Sum(o => o.FeatureSpaceDim);

    /// <inheritdoc/>
    public override double[]? Default => [.. options.Values.SelectMany(o => o.Default ?? new double[o.FeatureSpaceDim])];

    /// <inheritdoc/>
    public override int?[] Step => [.. options.Values.SelectMany(o => o.Step)];

    /// <inheritdoc/>
    public override Parameter SampleFromFeatureSpace(double[] values)
    {
        if (values.Length != FeatureSpaceDim) throw new ArgumentException($"{values.Length} coordinates, {FeatureSpaceDim} are needed.", nameof(values));
        Parameter parameter = Parameter.CreateNestedParameter();
        int at = 0;
        foreach ((string name, OptionBase option) in options)
        {
            parameter[name] = option.SampleFromFeatureSpace(values[at..(at + option.FeatureSpaceDim)]);
            at += option.FeatureSpaceDim;
        }
        return parameter;
    }

    /// <inheritdoc/>
    public override double[] MappingToFeatureSpace(Parameter value) => [.. options.SelectMany(o => o.Value.MappingToFeatureSpace(value[o.Key]))];

    internal override string Describe() => $"{{{string.Join(';', options.Select(o => $"{o.Key}:{o.Value.Describe()}"))}}}";

    /// <summary>Every single option, with its path, in the order of coordinates.</summary>
    internal IEnumerable<(string Path, OptionBase Option)> Leaves(string prefix = "") =>
        options.SelectMany(o => o.Value is SearchSpace nested ? nested.Leaves($"{prefix}{o.Key}.") : [($"{prefix}{o.Key}", o.Value)]);

    /// <inheritdoc/>
    public OptionBase this[string key]
    {
        get => options[key];
        set => options[key] = value;
    }

    /// <inheritdoc/>
    public ICollection<string> Keys => options.Keys;

    /// <inheritdoc/>
    public ICollection<OptionBase> Values => options.Values;

    /// <inheritdoc/>
    public int Count => options.Count;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public void Add(string key, OptionBase value) => options.Add(key, value);

    /// <inheritdoc/>
    public void Add(KeyValuePair<string, OptionBase> item) => options.Add(item.Key, item.Value);

    /// <inheritdoc/>
    public void Clear() => options.Clear();

    /// <inheritdoc/>
    public bool Contains(KeyValuePair<string, OptionBase> item) => options.Contains(item);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => options.ContainsKey(key);

    /// <inheritdoc/>
    public void CopyTo(KeyValuePair<string, OptionBase>[] array, int arrayIndex) => options.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public bool Remove(string key) => options.Remove(key);

    /// <inheritdoc/>
    public bool Remove(KeyValuePair<string, OptionBase> item) => options.Contains(item) && options.Remove(item.Key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out OptionBase value) => options.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, OptionBase>> GetEnumerator() => options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Equal for spaces of the same options, in any process.</summary>
    public override int GetHashCode()
    {
        // FNV-1a over the description: string.GetHashCode differs from process to process.
        uint hash = 2166136261;
        foreach (char c in Describe()) hash = (hash ^ c) * 16777619;
        return (int)hash;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SearchSpace other && other.Describe() == Describe();
}
