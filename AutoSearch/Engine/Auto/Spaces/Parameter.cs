using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MLPipes.AutoSearch;

/// <summary>A value of a search space: a number, a truth value, text, a list, or parameters by name.</summary>
/// <remarks>Backed by JSON, so that it turns into any class with properties of the same names by <see cref="AsType{T}"/>.</remarks>
public sealed class Parameter : IDictionary<string, Parameter>, IEquatable<Parameter>
{
    private static readonly JsonSerializerOptions json = new() { IncludeFields = true, Converters = { new JsonStringEnumConverter() }, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly JsonNode node;

    private Parameter(JsonNode node) => this.node = node;

    /// <summary>What it holds.</summary>
    public ParameterType ParameterType => node.GetValueKind() switch
    {
        JsonValueKind.Object => ParameterType.Object,
        JsonValueKind.Array => ParameterType.Array,
        JsonValueKind.True or JsonValueKind.False => ParameterType.Bool,
        JsonValueKind.Number => node.ToJsonString().AsSpan().ContainsAny('.', 'E', 'e') ? ParameterType.Number : ParameterType.Integer,
        _ => ParameterType.String,
    };

    /// <summary>A real number.</summary>
    public static Parameter FromDouble(double value) => Of(value);

    /// <summary>A real number.</summary>
    public static Parameter FromFloat(float value) => Of(value);

    /// <summary>A whole number.</summary>
    public static Parameter FromLong(long value) => Of(value);

    /// <summary>A whole number.</summary>
    public static Parameter FromInt(int value) => Of(value);

    /// <summary>Text.</summary>
    public static Parameter FromString(string value) => Of(value);

    /// <summary>True or false.</summary>
    public static Parameter FromBool(bool value) => Of(value);

    /// <summary>A named value.</summary>
    public static Parameter FromEnum<T>(T value) where T : struct, Enum => Of(value);

    /// <summary>A list.</summary>
    public static Parameter FromIEnumerable<T>(IEnumerable<T> values) => Of(values.ToArray());

    /// <summary>The public properties and fields of an object, by name.</summary>
    public static Parameter FromObject<T>(T value) where T : class => Of(value);

    /// <summary>Parameters by name.</summary>
    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters)
    {
        Parameter nested = new(new JsonObject());
        foreach ((string key, Parameter value) in parameters) nested[key] = value;
        return nested;
    }

    /// <summary>Any value.</summary>
    internal static Parameter Of(object value) => value as Parameter ?? new Parameter(JsonSerializer.SerializeToNode(value, value.GetType(), json)
        ?? throw new OptionsException(nameof(Parameter), ["A parameter can't be null."]));

    /// <summary>A value that a journal holds as text: a number or truth value where it reads as one.</summary>
    internal static Parameter FromText(string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole) ? FromLong(whole)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && double.IsFinite(real) ? FromDouble(real)
        : bool.TryParse(text, out bool truth) ? FromBool(truth) : FromString(text);

    /// <summary>As a value of another type: a number, text, or a class whose properties have the parameters' names.</summary>
    /// <exception cref="ArgumentException">It can't be one.</exception>
    public T AsType<T>()
    {
        if (typeof(T) == typeof(Parameter)) return (T)(object)this;
        if (typeof(T) == typeof(string) && node is not JsonObject and not JsonArray) return (T)(object)ToString();
        try
        {
            // A whole number that was written as a real one (3.0) is still whole.
            if (typeof(T) == typeof(int) || typeof(T) == typeof(long)) return (T)Convert.ChangeType(node.Deserialize<double>(json), typeof(T), CultureInfo.InvariantCulture);
            return node.Deserialize<T>(json) ?? throw new ArgumentException($"{this} is no {typeof(T).Name}.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or OverflowException or NotSupportedException)
        {
            throw new ArgumentException($"{this} is no {typeof(T).Name}: {error.Message}", error);
        }
    }

    /// <summary>The parameter named <paramref name="key"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Parameter this[string key]
    {
        get => TryGetValue(key, out Parameter? value) ? value : throw new KeyNotFoundException($"There is no parameter '{key}'; there are {string.Join(", ", Keys)}.");
        set => Members[key] = value.node.DeepClone();
    }

    /// <inheritdoc/>
    public ICollection<string> Keys => [.. Members.Select(m => m.Key)];

    /// <inheritdoc/>
    public ICollection<Parameter> Values => [.. Members.Select(m => new Parameter(m.Value!))];

    /// <summary>Number of parameters in it; 1 for a plain value.</summary>
    public int Count => node is JsonObject members ? members.Count : 1;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    private JsonObject Members => node as JsonObject ?? throw new ArgumentException($"{this} holds no parameters by name.");

    /// <inheritdoc/>
    public void Add(string key, Parameter value) => Members.Add(key, value.node.DeepClone());

    /// <inheritdoc/>
    public bool ContainsKey(string key) => node is JsonObject members && members.ContainsKey(key);

    /// <inheritdoc/>
    public bool Remove(string key) => Members.Remove(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out Parameter value)
    {
        value = node is JsonObject members && members.TryGetPropertyValue(key, out JsonNode? found) && found is not null ? new Parameter(found) : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public void Clear() => Members.Clear();

    /// <inheritdoc/>
    void ICollection<KeyValuePair<string, Parameter>>.Add(KeyValuePair<string, Parameter> item) => Add(item.Key, item.Value);

    /// <inheritdoc/>
    bool ICollection<KeyValuePair<string, Parameter>>.Contains(KeyValuePair<string, Parameter> item) => TryGetValue(item.Key, out Parameter? value) && value.Equals(item.Value);

    /// <inheritdoc/>
    void ICollection<KeyValuePair<string, Parameter>>.CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex)
    {
        foreach (KeyValuePair<string, Parameter> member in this) array[arrayIndex++] = member;
    }

    /// <inheritdoc/>
    bool ICollection<KeyValuePair<string, Parameter>>.Remove(KeyValuePair<string, Parameter> item) => ((ICollection<KeyValuePair<string, Parameter>>)this).Contains(item) && Remove(item.Key);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Parameter>> GetEnumerator() => Members.Select(m => KeyValuePair.Create(m.Key, new Parameter(m.Value!))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Parameter? other) => other is not null && JsonNode.DeepEquals(node, other.node);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Parameter);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    /// <summary>A plain value's text; JSON for others.</summary>
    public override string ToString() => node is JsonValue value && value.TryGetValue(out string? text) ? text : node.ToJsonString();
}
