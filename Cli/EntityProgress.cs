using System.Globalization;
using MLPipes.Pipelines;
using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary>Tells on standard error how a search for an entity tagger goes on: a line for each candidate, and one now and then while it trains.</summary>
internal sealed class EntityProgress(Terminal terminal) : IProgress<EntityTrial>, IProgress<FitProgress>
{
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private TimeSpan told;
    private double best = -1;

    public void Report(EntityTrial value)
    {
        lock (gate)
        {
            bool isBest = value.F1 > best;
            if (isBest) best = value.F1!.Value;
            string what = value.Problem is { } problem ? $"{(value.IsSkipped ? "skipped" : "failed")}: {problem}"
                : value.F1 is { } score ? string.Create(CultureInfo.InvariantCulture, $"f1 {score:0.0000}{(isBest ? "  best so far" : "")}") : "fitted, not judged: there are too few documents to hold some out, or no time for it";
            Line(value.Trainer, what);
        }
    }

    public void Report(FitProgress value)
    {
        lock (gate)
        {
            if (terminal.Elapsed - told < pause) return;
            string done = double.IsFinite(value.Done) ? string.Create(CultureInfo.InvariantCulture, $"{value.Done * 100:0} % done") : "going on";
            Line("", $"{done}{(value.What.Length > 0 ? $", {value.What}" : "")}");
        }
    }

    private void Line(string trainer, string what)
    {
        told = terminal.Elapsed;
        terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{told.TotalSeconds,6:0.0}s] {trainer,-8} {what}"));
    }
}
