using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>How many updates a training makes and what rate each has; a deadline shortens it so that the rate still falls to its end.</summary>
/// <remarks>
/// The speed is measured as training goes. While the rest of the plan would end after the deadline, less what the last validation and the
/// caller need, it is cut to what fits, and the rate falls faster from where it is. Without a deadline nothing depends on time.
/// </remarks>
internal sealed class TrainingPlan
{
    // Share of the time given that is left for what the caller does with the weights.
    private const double FinishShare = 0.01;
    // A validation before any was measured: its tokens take this share of the time they take in training.
    private const double ValidationCost = 0.5;
    // Each new speed counts as much as the ten before it.
    private const double SpeedMemory = 0.9;

    private readonly TrainingOptions options;
    private readonly FitContext context;
    private readonly int planned, perEpoch;
    private readonly double tokensPerStep;
    private readonly long validationTokens;
    private readonly TimeSpan finish;
    private double? secondsPerToken, validationSeconds;
    private double progress;

    public TrainingPlan(TrainingOptions options, FitContext context, int stepsPerEpoch, double tokensPerStep, long validationTokens, TimeSpan? validationTime = null)
    {
        this.options = options;
        this.context = context;
        perEpoch = stepsPerEpoch;
        planned = checked(options.Epochs * stepsPerEpoch);
        this.tokensPerStep = tokensPerStep;
        this.validationTokens = validationTokens;
        validationSeconds = validationTime?.TotalSeconds;
        finish = context.TimeLeft is { } left && left > TimeSpan.Zero ? left * FinishShare : TimeSpan.Zero;
        Total = planned;
    }

    /// <summary>Updates in all, as planned now.</summary>
    public int Total { get; private set; }

    /// <summary>Whether the deadline cut it.</summary>
    public bool IsShortened => Total < planned;

    /// <summary>Updates made.</summary>
    public int Made { get; private set; }

    /// <summary>Whether all is made, or no time is left for another update.</summary>
    public bool IsOver => Made >= Total || (context.TimeLeft is { } left && left <= finish);

    /// <summary>Share of the training that is done, for the schedule: 0 to 1.</summary>
    public double Progress => progress;

    /// <summary>Time until the end of the plan; null before the speed is known.</summary>
    public TimeSpan? TimeLeft => secondsPerToken is { } speed ? TimeSpan.FromSeconds(((Total - Made) * tokensPerStep * speed) + (ValidationsFrom(Made, Total) * ValidationSeconds)) : null;

    /// <summary>Whether a validation follows update <paramref name="made"/> (from 1).</summary>
    public bool ValidatesAfter(int made) => validationTokens > 0 && (made == Total || ValidationsFrom(made - 1, made) > 0);

    /// <summary>Factor of the rate at the next update.</summary>
    public double Factor() => FactorAt(progress + (0.5 * (1 - progress) / Math.Max(1, Total - Made)));

    /// <summary>An update was made: <paramref name="tokens"/> tokens in <paramref name="time"/>.</summary>
    public void Step(long tokens, TimeSpan time)
    {
        progress += (1 - progress) / Math.Max(1, Total - Made);
        Made++;
        // The first updates also pay for memory and for code that is compiled.
        double speed = time.TotalSeconds / Math.Max(1, tokens);
        secondsPerToken = secondsPerToken is { } known && Made > 3 ? (SpeedMemory * known) + ((1 - SpeedMemory) * speed) : speed;
        Replan();
    }

    /// <summary>A validation took <paramref name="time"/>.</summary>
    public void Validated(TimeSpan time)
    {
        validationSeconds = time.TotalSeconds;
        Replan();
    }

    /// <summary>Whether there is time for a validation before the deadline.</summary>
    public bool HasTimeToValidate => context.TimeLeft is not { } left || left > finish + TimeSpan.FromSeconds(ValidationSeconds);

    /// <summary>Cancelled when no time is left but the caller's; null where that is far away or there is no deadline. The caller disposes of it.</summary>
    public CancellationTokenSource? Late() => context.TimeLeft - finish is not { } left || left > TimeSpan.FromDays(1) ? null
        : new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, context.Time);

    /// <summary>Goes on from a checkpoint.</summary>
    public void Resume(int made, double progress)
    {
        Made = made;
        this.progress = progress;
    }

    private double ValidationSeconds => validationTokens == 0 ? 0 : validationSeconds ?? (validationTokens * ValidationCost * (secondsPerToken ?? 0));

    private double FactorAt(double share)
    {
        if (share < options.WarmUp) return share / options.WarmUp;
        double rest = Math.Clamp((share - options.WarmUp) / (1 - options.WarmUp), 0, 1);
        return options.Schedule switch
        {
            RateSchedule.Linear => 1 - rest,
            RateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * rest)),
            _ => 1,
        };
    }

    // Validations behind updates from + 1 … to; the last update of a plan always has one, and a shortened plan has that one alone if need be.
    private long ValidationsFrom(int from, int to)
    {
        long At(int step) => (long)step * options.ValidationsPerEpoch / perEpoch;
        return validationTokens == 0 ? 0 : Math.Max(At(to) - At(from), to == Total && from < to ? 1 : 0);
    }

    private void Replan()
    {
        if (context.TimeLeft is not { } left || secondsPerToken is not { } speed || Made >= Total) return;
        double seconds = (left - finish).TotalSeconds, step = speed * tokensPerStep;
        int fits = planned;
        // Fewer updates hold fewer validations: two rounds settle it.
        for (int round = 0; round < 3; round++)
        {
            double free = seconds - (Math.Max(1, ValidationsFrom(Made, fits)) * ValidationSeconds);
            fits = (int)Math.Clamp(Made + Math.Floor(free / step), Made, planned);
        }
        // Longer again only for much: the speed wavers, and the rate should not.
        if (fits < Total || fits > Total + Math.Max(2, (Total - Made) / 10)) Total = fits;
    }
}
