namespace MLPipes.AutoSearch;

/// <summary>One of a list of values.</summary>
public sealed class ChoiceOption : OptionBase
{
    /// <summary>One of <paramref name="choices"/>; search starts at the first.</summary>
    public ChoiceOption(params object[] choices) : this(choices, null) { }

    /// <summary>One of <paramref name="choices"/>; search starts at <paramref name="defaultChoice"/>.</summary>
    /// <exception cref="OptionsException">There is nothing to choose, or the default is none of it.</exception>
    public ChoiceOption(object[] choices, object? defaultChoice)
    {
        if (choices.Length == 0) throw new OptionsException(nameof(ChoiceOption), ["There is nothing to choose from."]);
        Choices = [.. choices.Select(Parameter.Of)];
        if (defaultChoice is null)
        {
            Default = Choices.Length == 1 ? [] : [Middle(0)];
            return;
        }
        Parameter start = Parameter.Of(defaultChoice);
        int index = Array.FindIndex(Choices, start.Equals);
        if (index < 0) throw new OptionsException(nameof(ChoiceOption), [$"The default {start} is none of {string.Join(", ", Choices.Select(c => c.ToString()))}."]);
        Default = Choices.Length == 1 ? [] : [Middle(index)];
    }

    /// <summary>The values.</summary>
    public Parameter[] Choices { get; }

    /// <inheritdoc/>
    public override int FeatureSpaceDim => Choices.Length == 1 ? 0 : 1;

    /// <inheritdoc/>
    public override int?[] Step => Choices.Length == 1 ? [] : [Choices.Length];

    internal override bool IsOrdered => false;

    /// <inheritdoc/>
    public override double[] MappingToFeatureSpace(Parameter value)
    {
        int index = Array.FindIndex(Choices, value.Equals);
        if (index < 0) throw new OptionsException(nameof(ChoiceOption), [$"{value} is none of {string.Join(", ", Choices.Select(c => c.ToString()))}."]);
        return Choices.Length == 1 ? [] : [Middle(index)];
    }

    /// <inheritdoc/>
    public override Parameter SampleFromFeatureSpace(double[] values) =>
        Choices.Length == 1 ? Choices[0] : Choices[Math.Clamp((int)(values[0] * Choices.Length), 0, Choices.Length - 1)];

    internal override string Describe() => $"Choice({string.Join(',', Choices.Select(c => c.ToString()))};{Default?.FirstOrDefault()})";

    private double Middle(int index) => (index + 0.5) / Choices.Length;
}
