using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>How far a long fit of a trial is.</summary>
/// <param name="Number">The trial's number, from 1.</param>
/// <param name="Fit">Share done, loss, and in words how it goes: of a fine-tuned encoder epoch, loss, metric, tokens a second and time left.</param>
public readonly record struct TrialProgress(int Number, FitProgress Fit)
{
    /// <summary>What a fit of trial <paramref name="number"/> tells its progress to; null where nobody listens.</summary>
    internal static IProgress<FitProgress>? Of(IProgress<TrialProgress>? listener, int number) => listener is null ? null : new Numbered(listener, number);

    private sealed class Numbered(IProgress<TrialProgress> listener, int number) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => listener.Report(new TrialProgress(number, value));
    }
}
