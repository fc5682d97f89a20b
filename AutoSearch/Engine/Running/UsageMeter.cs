using System.Diagnostics;

namespace MLPipes.AutoSearch;

/// <summary>Adds up what a study's time goes into, by the study's clock.</summary>
internal sealed class UsageMeter(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long began = time.GetTimestamp();
    private readonly long[] spent = new long[3];
    private long inside;
    private long insideSince;
    private int running;

    private enum Work
    {
        Fit,
        Score,
        Features,
    }

    /// <summary>Runs a trainer's fit.</summary>
    public T Fit<T>(Func<T> work) => Measure(Work.Fit, work);

    /// <summary>Runs the scoring of rows by a model, with the metric if it is taken there.</summary>
    public T Score<T>(Func<T> work) => Measure(Work.Score, work);

    /// <summary>Runs the making of features.</summary>
    public T Features<T>(Func<T> work) => Measure(Work.Features, work);

    /// <summary>All until now; a fit that still runs counts up to now among the seconds inside.</summary>
    public StudyUsage Sum()
    {
        lock (gate)
        {
            long now = time.GetTimestamp();
            return new StudyUsage
            {
                Seconds = Seconds(now - began),
                InsideSeconds = Seconds(inside + (running > 0 ? now - insideSince : 0)),
                FitSeconds = Seconds(spent[(int)Work.Fit]),
                ScoreSeconds = Seconds(spent[(int)Work.Score]),
                FeatureSeconds = Seconds(spent[(int)Work.Features]),
            };
        }
    }

    private T Measure<T>(Work kind, Func<T> work)
    {
        long start = Enter(kind);
        try
        {
            return work();
        }
        finally
        {
            Leave(kind, start);
        }
    }

    private long Enter(Work kind)
    {
        lock (gate)
        {
            long now = time.GetTimestamp();
            if (kind != Work.Features && running++ == 0) insideSince = now;
            return now;
        }
    }

    private void Leave(Work kind, long start)
    {
        lock (gate)
        {
            long now = time.GetTimestamp();
            spent[(int)kind] += now - start;
            if (kind == Work.Features) return;
            running--;
            Debug.Assert(running >= 0, "Each leaves once.");
            if (running == 0) inside += now - insideSince;
        }
    }

    private double Seconds(long ticks) => (double)ticks / time.TimestampFrequency;
}
