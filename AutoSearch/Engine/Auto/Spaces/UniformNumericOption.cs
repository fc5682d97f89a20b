using System.Globalization;

namespace MLPipes.AutoSearch;

/// <summary>Any number between two.</summary>
public abstract class UniformNumericOption : OptionBase
{
    private protected UniformNumericOption(double min, double max, bool logBase, double? defaultValue, bool isWhole)
    {
        List<string> problems = [];
        string Show(double value) => value.ToString(CultureInfo.InvariantCulture);
        if (!(min < max) || !double.IsFinite(min) || !double.IsFinite(max)) problems.Add($"{Show(min)} to {Show(max)} is no range: min must be below max, both finite.");
        if (logBase && !(min > 0)) problems.Add($"A logarithmic range can't begin at {Show(min)}: it must be above 0.");
        if (defaultValue < min || defaultValue > max) problems.Add($"The default {Show(defaultValue.Value)} is outside {Show(min)} to {Show(max)}.");
        if (problems.Count > 0) throw new OptionsException(GetType().Name, problems);
        (Min, Max, LogBase) = (min, max, logBase);
        // Half a step of room at either end of whole numbers, so that both ends are as likely as any value between.
        (double low, double high) = isWhole ? (logBase && min < 1 ? min : min - 0.5, max + 0.5) : (min, max);
        (From, To) = logBase ? (Math.Log(Math.Max(low, min / 2)), Math.Log(high)) : (low, high);
        if (defaultValue is { } start) Default = [Coordinate(start)];
    }

    /// <summary>The least value.</summary>
    public double Min { get; }

    /// <summary>The greatest value.</summary>
    public double Max { get; }

    /// <summary>Whether steps are ratios.</summary>
    public bool LogBase { get; }

    /// <inheritdoc/>
    public override int FeatureSpaceDim => 1;

    /// <inheritdoc/>
    public override int?[] Step => [null];

    private double From { get; }

    private double To { get; }

    /// <inheritdoc/>
    public override double[] MappingToFeatureSpace(Parameter value) => [Coordinate(value.AsType<double>())];

    private protected double ValueAt(double coordinate)
    {
        double value = From + (Math.Clamp(coordinate, 0, 1) * (To - From));
        return Math.Clamp(LogBase ? Math.Exp(value) : value, Min, Max);
    }

    private double Coordinate(double value) => Math.Clamp(((LogBase ? Math.Log(value) : value) - From) / (To - From), 0, 1);

    internal override string Describe() => string.Create(CultureInfo.InvariantCulture, $"{GetType().Name}({Min:R},{Max:R},{LogBase},{Default?[0] ?? 0:R})");
}
