namespace MLPipes.AutoSearch;

/// <summary>Any real number between two.</summary>
public sealed class UniformSingleOption : UniformNumericOption
{
    /// <summary>Any real number between <paramref name="min"/> and <paramref name="max"/>, both included.</summary>
    /// <param name="min">The least value.</param>
    /// <param name="max">The greatest value.</param>
    /// <param name="logBase">Whether steps are ratios; then <paramref name="min"/> is above 0.</param>
    /// <param name="defaultValue">Where search starts; null for the lower end.</param>
    /// <exception cref="OptionsException">The range is empty or the default is outside it.</exception>
    public UniformSingleOption(float min, float max, bool logBase = false, float? defaultValue = null) : base(min, max, logBase, defaultValue, isWhole: false) { }

    /// <inheritdoc/>
    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromFloat((float)ValueAt(values[0]));
}
