namespace MLPipes.Pipelines;

/// <summary>A step function of one feature: what it adds to an <see cref="AdditiveModel"/>'s score.</summary>
public sealed class AdditiveTerm
{
    /// <summary>The feature's index.</summary>
    public required int Feature { get; init; }

    /// <summary>The largest value of each bin but the last, [bins − 1], strictly ascending and finite; the last bin takes all above.</summary>
    public required float[] UpperBounds { get; init; }

    /// <summary>What each bin adds, [bins].</summary>
    public required double[] Effects { get; init; }

    /// <summary>What a missing value (NaN) adds.</summary>
    public double MissingEffect { get; init; }

    /// <summary>What <paramref name="value"/> adds.</summary>
    public double EffectOf(float value)
    {
        if (float.IsNaN(value)) return MissingEffect;
        // Lower bound without branches on the data: the first bin whose upper bound is not below the value.
        int first = 0, length = UpperBounds.Length;
        while (length > 0)
        {
            int half = length >> 1;
            bool above = UpperBounds[first + half] < value;
            first = above ? first + half + 1 : first;
            length = above ? length - half - 1 : half;
        }
        return Effects[first];
    }

    internal string? FindProblem(int features)
    {
        if ((uint)Feature >= (uint)features) return $"feature {Feature} is not one of {features}";
        if (Effects.Length != UpperBounds.Length + 1) return $"{UpperBounds.Length} bounds make {UpperBounds.Length + 1} bins, not {Effects.Length}";
        if (!double.IsFinite(MissingEffect)) return "the effect of missing values is not finite";
        for (int i = 0; i < UpperBounds.Length; i++)
            if (!float.IsFinite(UpperBounds[i]) || (i > 0 && UpperBounds[i] <= UpperBounds[i - 1])) return $"bound {i} is not finite or does not rise";
        foreach (double effect in Effects)
            if (!double.IsFinite(effect)) return "an effect is not finite";
        return null;
    }
}
