namespace MLPipes.AutoSearch;

/// <summary>What a study was begun with and how its rows were divided by; runs that go on divide them the same way, whatever their own time.</summary>
internal sealed record JournalStart(double? Seconds, int? Trials, int Threads)
{
    public static JournalStart Of(StudyOptions options) => new(options.Time?.TotalSeconds, options.Trials, options.Threads);

    public StudyOptions With(StudyOptions options) => options with { Time = Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Trials = Trials, Threads = Threads };
}
