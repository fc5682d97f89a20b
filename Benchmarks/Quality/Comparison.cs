namespace MLPipes.Benchmarks;

internal enum Standing
{
    Behind,
    Tie,
    Ahead,
}

/// <summary>How two scores of one metric compare.</summary>
internal static class Comparison
{
    /// <summary>Scores a and b are a tie when |a − b| ≤ 0.001·|b|, b being the other system's.</summary>
    public const double TieShare = 0.001;

    public const string Rule = "a tie when |a − b| ≤ 0.001·|b|, where a is the score of the system named and b the other's";

    public static bool HigherIsBetter(string metric) => metric != "logloss";

    /// <summary>By how much of |<paramref name="other"/>| a score is better; negative where worse, NaN where there is no score.</summary>
    public static double Gain(string metric, double own, double other)
    {
        double difference = HigherIsBetter(metric) ? own - other : other - own;
        return difference == 0 ? 0 : difference / Math.Abs(other);
    }

    /// <summary>No score is behind any score.</summary>
    public static Standing Of(string metric, double own, double other)
    {
        if (double.IsNaN(own)) return double.IsNaN(other) ? Standing.Tie : Standing.Behind;
        if (double.IsNaN(other)) return Standing.Ahead;
        // The last factor is for the rounding of a difference that is exactly a thousandth.
        if (Math.Abs(own - other) <= TieShare * Math.Abs(other) * (1 + 1e-9)) return Standing.Tie;
        return Gain(metric, own, other) > 0 ? Standing.Ahead : Standing.Behind;
    }

    /// <summary>The better of several scores; NaN where there is none.</summary>
    public static double Best(string metric, IEnumerable<double> scores)
    {
        double best = double.NaN;
        foreach (double score in scores)
            if (!double.IsNaN(score) && (double.IsNaN(best) || (HigherIsBetter(metric) ? score > best : score < best))) best = score;
        return best;
    }
}
