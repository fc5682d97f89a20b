namespace MLPipes;

/// <summary>What a study's time went into, from when it began to run until its result.</summary>
/// <remarks>Work on several threads at once counts several times in the seconds of fits, scoring and features, and once in <see cref="InsideSeconds"/>.</remarks>
public sealed record StudyUsage
{
    /// <summary>Seconds from when the study began to run until its result; reading the data came before.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds during which at least one trainer fitted or one model scored.</summary>
    public double InsideSeconds { get; init; }

    /// <summary>Seconds inside trainers' fits, summed over fits.</summary>
    public double FitSeconds { get; init; }

    /// <summary>Seconds in which models scored rows and metrics were taken, summed over folds.</summary>
    public double ScoreSeconds { get; init; }

    /// <summary>Seconds in which fits waited for their features, made anew or by another fit, summed over fits.</summary>
    public double FeatureSeconds { get; init; }

    /// <summary>Share of <see cref="Seconds"/> during which no trainer fitted and no model scored; 0 to 1.</summary>
    public double Overhead => Seconds > 0 ? Math.Clamp(1 - (InsideSeconds / Seconds), 0, 1) : 0;
}
