namespace MLPipes.AutoSearch;

/// <summary>Any whole number between two.</summary>
public sealed class UniformIntOption : UniformNumericOption
{
    /// <summary>Any whole number between <paramref name="min"/> and <paramref name="max"/>, both included.</summary>
    /// <param name="min">The least value.</param>
    /// <param name="max">The greatest value.</param>
    /// <param name="logBase">Whether steps are ratios; then <paramref name="min"/> is above 0.</param>
    /// <param name="defaultValue">Where search starts; null for the lower end.</param>
    /// <exception cref="OptionsException">The range is empty or the default is outside it.</exception>
    public UniformIntOption(int min, int max, bool logBase = false, int? defaultValue = null) : base(min, max, logBase, defaultValue, isWhole: true) { }

    /// <inheritdoc/>
    public override int?[] Step => [Max - Min < 64 ? (int)(Max - Min) + 1 : null];

    /// <inheritdoc/>
    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromInt((int)Math.Round(ValueAt(values[0])));
}
