using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>How trainers made of several fits divide threads and time among them.</summary>
internal static class Composition
{
    /// <summary>Fits to run at once: as many as there are threads, but one where fits of <paramref name="inner"/> exclude each other.</summary>
    public static int SideBySide(ITrainer inner, int fits, int threads) => RunsAlone(inner) ? 1 : Math.Clamp(threads, 1, fits);

    /// <summary>The card of a catalog trainer; null for one that the catalog does not hold.</summary>
    public static TrainerCard? CardOf(ITrainer trainer) => Catalog.Trainers.FirstOrDefault(t => t.Type == trainer.GetType())?.Card;

    private static bool RunsAlone(ITrainer trainer) => trainer switch
    {
        Calibrated calibrated => RunsAlone(calibrated.Inner),
        IMLNetTrainer mlnet => mlnet.RunsAlone,
        _ => false,
    };

    private static bool KeepsPartial(ITrainer trainer) => trainer is Calibrated calibrated ? KeepsPartial(calibrated.Inner) : CardOf(trainer)?.KeepsPartial == true;

    /// <summary>Gives each part of a fit its context.</summary>
    internal sealed class Watch(FitContext whole, DateTimeOffset? deadline)
    {
        private readonly DateTimeOffset start = whole.Time.GetUtcNow();

        /// <summary>
        /// The context of part <paramref name="index"/> (from 0) of <paramref name="count"/> of which <paramref name="sideBySide"/> run at
        /// once. Parts that keep a partial model get their share of the time; others are better off with all there is.
        /// </summary>
        public FitContext Part(ITrainer inner, int index, int count, int sideBySide, int threads)
        {
            DateTimeOffset? end = deadline;
            if (end is { } last && KeepsPartial(inner))
                end = start + ((last - start) * ((index / sideBySide) + 1) / ((count + sideBySide - 1) / sideBySide));
            return whole with { Threads = threads, Deadline = end, Progress = null };
        }
    }
}
