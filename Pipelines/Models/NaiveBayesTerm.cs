namespace MLPipes.Pipelines;

/// <summary>How a feature is distributed within each class: normal for a quantity, a table for category codes.</summary>
public sealed class NaiveBayesTerm
{
    // A term never outweighs this, so that sums and differences of terms stay finite.
    private const double Floor = -1e100;

    private readonly double[] constants = [];
    private readonly double[] factors = [];

    private NaiveBayesTerm(int feature, double[] means, double[] variances, double[] logTable)
    {
        Feature = feature;
        Means = means;
        Variances = variances;
        LogTable = logTable;
        if (means.Length == 0) return;
        // log N(x; μ, σ²) = −½ log(2πσ²) − (x − μ)² / (2σ²)
        constants = [.. variances.Select(v => -0.5 * Math.Log(2 * Math.PI * v))];
        factors = [.. variances.Select(v => -0.5 / v)];
    }

    /// <summary>The feature's index.</summary>
    public int Feature { get; }

    /// <summary>Mean within each class, [classes]; empty for categories.</summary>
    public double[] Means { get; }

    /// <summary>Variance within each class, above 0, [classes]; empty for categories.</summary>
    public double[] Variances { get; }

    /// <summary>Log probability of each code within each class, [classes × (codes + 1)] row-major, the last for all unknown codes; empty for quantities.</summary>
    public double[] LogTable { get; }

    /// <summary>A quantity, normal within each class. Missing values say nothing.</summary>
    public static NaiveBayesTerm Normal(int feature, double[] means, double[] variances) => new(feature, means, variances, []);

    /// <summary>Category codes, with a table for each class whose last entry is for missing and unknown codes.</summary>
    public static NaiveBayesTerm Categories(int feature, double[] logTable) => new(feature, [], [], logTable);

    /// <summary>Adds the log likelihood of <paramref name="value"/> to each class's sum.</summary>
    internal void AddTo(Span<double> sums, float value)
    {
        if (Means.Length > 0)
        {
            if (!float.IsFinite(value)) return;
            for (int k = 0; k < sums.Length; k++)
            {
                double off = value - Means[k];
                sums[k] += Math.Max(Floor, constants[k] + (factors[k] * off * off));
            }
            return;
        }
        int width = LogTable.Length / sums.Length;
        int code = value > -1 && value < width - 1 ? (int)value : width - 1;
        for (int k = 0; k < sums.Length; k++) sums[k] += LogTable[(k * width) + code];
    }

    internal string? FindProblem(int features, int classes)
    {
        if ((uint)Feature >= (uint)features) return $"feature {Feature} is not one of {features}";
        if (LogTable.Length > 0)
        {
            if (Means.Length > 0 || LogTable.Length % classes != 0) return $"a table of {LogTable.Length} does not fit {classes} classes";
            return LogTable.All(p => p is <= 0 and >= Floor) ? null : "a log probability is not finite or above 0";
        }
        if (Means.Length != classes || Variances.Length != classes) return $"{Means.Length} means and {Variances.Length} variances do not fit {classes} classes";
        return Means.All(double.IsFinite) && Variances.All(v => v is >= 1e-200 and <= 1e200) ? null : "a mean is not finite or a variance not above 0";
    }

    internal void Write(PlainWriter writer)
    {
        writer.Int(Feature);
        writer.Doubles(Means);
        writer.Doubles(Variances);
        writer.Doubles(LogTable);
    }

    internal static NaiveBayesTerm Read(PlainReader reader) => new(reader.Int(), reader.Doubles(), reader.Doubles(), reader.Doubles());
}
