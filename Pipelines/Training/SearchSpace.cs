using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Where a trainer's hyperparameters are worth looking: a list of knobs and a start point.</summary>
/// <remarks>A point is [knobs] in the unit cube; each knob maps its coordinate to a value and sets it on the trainer.</remarks>
public interface ISearchSpace
{
    /// <summary>The knobs, in a fixed order.</summary>
    IReadOnlyList<Knob> Knobs { get; }

    /// <summary>The trainer at its start point.</summary>
    ITrainer Start { get; }

    /// <summary>The trainer at <paramref name="point"/> ([knobs], each 0 to 1). Inactive knobs keep their start value.</summary>
    ITrainer At(ReadOnlySpan<double> point);

    /// <summary>The trainer with knobs set from text values by name, as a journal or a portfolio holds them; knobs not named start.</summary>
    /// <exception cref="OptionsException">A name is no knob or a value does not parse.</exception>
    ITrainer From(IReadOnlyDictionary<string, string> values);

    /// <summary>The value of each knob at <paramref name="point"/>, as text by name.</summary>
    IReadOnlyDictionary<string, string> Describe(ReadOnlySpan<double> point);

    /// <summary>
    /// The point nearest to text values by name, as a portfolio made on other data holds them: a value outside its range is moved to the range's end;
    /// knobs not named, numbers that do not parse and choices that are not offered here start; names that are no knob here are passed over.
    /// </summary>
    double[] PointNear(IReadOnlyDictionary<string, string> values);

    /// <summary>Whether the knob at <paramref name="index"/> has an effect at <paramref name="point"/>.</summary>
    bool IsActive(int index, ReadOnlySpan<double> point);
}

/// <summary>One hyperparameter's range.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Start">The start value's coordinate, 0 to 1.</param>
/// <param name="Choices">Number of values of a choice or small integer range; 0 for a continuous knob.</param>
/// <param name="IsOrdered">Whether near coordinates are near values (false for a choice between names).</param>
public sealed record Knob(string Name, double Start, int Choices, bool IsOrdered);

/// <summary>The search space of <typeparamref name="T"/>, built fluently; each call returns a new space.</summary>
public sealed class SearchSpace<T> : ISearchSpace where T : class, ITrainer, new()
{
    private sealed record Setter(Knob Knob, Func<double, string> Text, Func<T, double, T> AtCoordinate, Func<T, string, T> Parse, Func<string, double> Coordinate, Func<T, bool>? When);

    private readonly T root;
    private readonly Setter[] setters;

    /// <summary>An empty space around <c>new T()</c>.</summary>
    public SearchSpace() : this(new T(), []) { }

    /// <summary>An empty space around <paramref name="root"/>.</summary>
    public SearchSpace(T root) : this(root, []) { }

    private SearchSpace(T root, Setter[] setters)
    {
        this.root = root;
        this.setters = setters;
        Knobs = setters.Select(s => s.Knob).ToArray();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; }

    /// <inheritdoc/>
    public ITrainer Start => At(Knobs.Select(k => k.Start).ToArray());

    /// <summary>A real knob on a logarithmic scale; 0 &lt; low &lt; high.</summary>
    public SearchSpace<T> Log(string name, double low, double high, double start, Func<T, double, T> set, Func<T, bool>? when = null) =>
        Real(name, Math.Log(low), Math.Log(high), Math.Log(start), v => Math.Log(v), Math.Exp, low, high, set, when);

    /// <summary>A real knob on a linear scale.</summary>
    public SearchSpace<T> Linear(string name, double low, double high, double start, Func<T, double, T> set, Func<T, bool>? when = null) =>
        Real(name, low, high, start, v => v, u => u, low, high, set, when);

    /// <summary>An integer knob on a logarithmic scale; 1 ≤ low &lt; high.</summary>
    public SearchSpace<T> LogInteger(string name, int low, int high, int start, Func<T, int, T> set, Func<T, bool>? when = null) =>
        Whole(name, low, high, start, set, when, v => Math.Log(v), Math.Exp);

    /// <summary>An integer knob on a linear scale.</summary>
    public SearchSpace<T> Integer(string name, int low, int high, int start, Func<T, int, T> set, Func<T, bool>? when = null) =>
        Whole(name, low, high, start, set, when, v => v, u => u);

    /// <summary>A choice between values, told apart by their text.</summary>
    public SearchSpace<T> Choice<V>(string name, IReadOnlyList<V> values, V start, Func<T, V, T> set, Func<T, bool>? when = null) where V : notnull
    {
        string[] texts = values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)!).ToArray();
        int startIndex = Array.IndexOf(texts, Convert.ToString(start, CultureInfo.InvariantCulture));
        ArgumentOutOfRangeException.ThrowIfNegative(startIndex, nameof(start));
        int IndexOf(double u) => Math.Clamp((int)(u * texts.Length), 0, texts.Length - 1);
        return Add(new Setter(new Knob(name, (startIndex + 0.5) / texts.Length, texts.Length, IsOrdered: false),
            u => texts[IndexOf(u)],
            (t, u) => set(t, values[IndexOf(u)]),
            (t, text) => Array.IndexOf(texts, text) is >= 0 and var i ? set(t, values[i]) : throw Bad(name, text, string.Join(", ", texts)),
            text => ((Array.IndexOf(texts, text) is >= 0 and var i ? i : startIndex) + 0.5) / texts.Length,
            when));
    }

    /// <inheritdoc/>
    public ITrainer At(ReadOnlySpan<double> point)
    {
        T trainer = root;
        for (int i = 0; i < setters.Length; i++)
        {
            Setter setter = setters[i];
            bool active = setter.When is null || setter.When(trainer);
            trainer = setter.AtCoordinate(trainer, active ? Math.Clamp(point[i], 0, 1) : setter.Knob.Start);
        }
        return trainer;
    }

    /// <inheritdoc/>
    public ITrainer From(IReadOnlyDictionary<string, string> values)
    {
        string[] unknown = values.Keys.Except(setters.Select(s => s.Knob.Name)).ToArray();
        if (unknown.Length > 0) throw new OptionsException(typeof(T).Name, [$"{string.Join(", ", unknown)} is no knob of its search space."]);
        T trainer = root;
        foreach (Setter setter in setters)
            trainer = values.TryGetValue(setter.Knob.Name, out string? text) ? setter.Parse(trainer, text) : setter.AtCoordinate(trainer, setter.Knob.Start);
        return trainer;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Describe(ReadOnlySpan<double> point)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        for (int i = 0; i < setters.Length; i++)
            texts[setters[i].Knob.Name] = setters[i].Text(IsActive(i, point) ? Math.Clamp(point[i], 0, 1) : setters[i].Knob.Start);
        return texts;
    }

    /// <inheritdoc/>
    public double[] PointNear(IReadOnlyDictionary<string, string> values) =>
        [.. setters.Select(s => values.TryGetValue(s.Knob.Name, out string? text) ? s.Coordinate(text) : s.Knob.Start)];

    /// <inheritdoc/>
    public bool IsActive(int index, ReadOnlySpan<double> point)
    {
        if (setters[index].When is not { } when) return true;
        T trainer = root;
        for (int i = 0; i < index; i++) trainer = setters[i].AtCoordinate(trainer, Math.Clamp(point[i], 0, 1));
        return when(trainer);
    }

    private SearchSpace<T> Add(Setter setter) => new(root, [.. setters, setter]);

    private SearchSpace<T> Real(string name, double from, double to, double start, Func<double, double> scale, Func<double, double> back, double low, double high,
        Func<T, double, T> set, Func<T, bool>? when)
    {
        double Value(double u) => Math.Clamp(back(from + (u * (to - from))), low, high);
        return Add(new Setter(new Knob(name, (start - from) / (to - from), 0, IsOrdered: true),
            u => Value(u).ToString("R", CultureInfo.InvariantCulture),
            (t, u) => set(t, Value(u)),
            (t, text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) ? set(t, v) : throw Bad(name, text, "a number"),
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) && !double.IsNaN(v)
                ? (scale(Math.Clamp(v, low, high)) - from) / (to - from) : (start - from) / (to - from),
            when));
    }

    private SearchSpace<T> Whole(string name, int low, int high, int start, Func<T, int, T> set, Func<T, bool>? when, Func<double, double> scale, Func<double, double> back)
    {
        // Half a step of room at either end, so that both ends are as likely as any value between.
        double from = scale(low == 0 ? 0 : low - 0.5), to = scale(high + 0.5);
        int Value(double u) => Math.Clamp((int)Math.Round(back(from + (u * (to - from)))), low, high);
        int count = high - low + 1;
        return Add(new Setter(new Knob(name, (scale(start) - from) / (to - from), count <= 64 ? count : 0, IsOrdered: true),
            u => Value(u).ToString(CultureInfo.InvariantCulture),
            (t, u) => set(t, Value(u)),
            (t, text) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int v) ? set(t, v) : throw Bad(name, text, "a whole number"),
            text => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int v)
                ? (scale(Math.Clamp(v, low, high)) - from) / (to - from) : (scale(start) - from) / (to - from),
            when));
    }

    private static OptionsException Bad(string name, string text, string expected) => new(typeof(T).Name, [$"{name} = '{text}' is not {expected}."]);
}
