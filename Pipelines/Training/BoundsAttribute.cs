using System.Globalization;
using System.Reflection;

namespace MLPipes.Pipelines;

/// <summary>The legal range of a numeric option: [low, high], ends included unless opened; NaN is never legal.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundsAttribute(double low, double high) : Attribute
{
    /// <summary>Smallest legal value.</summary>
    public double Low { get; } = low;

    /// <summary>Largest legal value.</summary>
    public double High { get; } = high;

    /// <summary>Whether <see cref="Low"/> itself is illegal.</summary>
    public bool LowIsOpen { get; init; }

    /// <summary>Whether <see cref="High"/> itself is illegal.</summary>
    public bool HighIsOpen { get; init; }

    /// <summary>Throws one error that names every option of <paramref name="options"/> outside its bounds.</summary>
    /// <exception cref="OptionsException">At least one option is illegal.</exception>
    public static void Check(object options)
    {
        List<string> problems = [];
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            object? value = property.GetValue(options);
            if (value is Enum choice && !Enum.IsDefined(choice.GetType(), choice)) problems.Add($"{property.Name} = {choice} is no {choice.GetType().Name}.");
            if (property.GetCustomAttribute<BoundsAttribute>() is { } bounds && value is not null
                && !bounds.Holds(Convert.ToDouble(value, CultureInfo.InvariantCulture)))
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{property.Name} = {value} is outside {bounds}."));
        }
        if (problems.Count > 0) throw new OptionsException(options.GetType().Name, problems);
    }

    /// <summary>Whether <paramref name="value"/> is legal.</summary>
    public bool Holds(double value) =>
        (LowIsOpen ? value > Low : value >= Low) && (HighIsOpen || double.IsPositiveInfinity(High) ? value < High || (!HighIsOpen && value <= double.MaxValue) : value <= High);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(LowIsOpen ? '(' : '[')}{Show(Low)}, {Show(High)}{(HighIsOpen || double.IsPositiveInfinity(High) ? ')' : ']')}");

    private static string Show(double value) => double.IsPositiveInfinity(value) ? "∞" : double.IsNegativeInfinity(value) ? "-∞" : value.ToString(CultureInfo.InvariantCulture);
}
