using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>What one trial of an experiment, or an experiment as a whole, came to.</summary>
public class TrialResult
{
    /// <summary>What was tried.</summary>
    public TrialSettings TrialSettings { get; set; } = new();

    /// <summary>The model; for a trial of a pipeline of ours, null until the experiment ends, which makes one model out of the best trials.</summary>
    public ITransformer Model { get; set; } = null!;

    /// <summary>What is minimised. A trial runner that leaves it at 0 is judged by <see cref="Metric"/>.</summary>
    public double Loss { get; set; }

    /// <summary>The metric in its own direction.</summary>
    public double Metric { get; set; }

    /// <summary>Fitting and scoring, in milliseconds.</summary>
    public double DurationInMilliseconds { get; set; }

    /// <summary>Highest share of all cores that the process used during the trial; null unless a performance monitor was set.</summary>
    public double? PeakCpu { get; set; }

    /// <summary>Most memory that the process held during the trial; null unless a performance monitor was set.</summary>
    public double? PeakMemoryInMegaByte { get; set; }
}
