using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary>Shows on standard error how a pre-training goes on: every stage and validation, and how far it is now and then.</summary>
internal sealed class PretrainProgress(Terminal terminal) : IProgress<FitProgress>
{
    private static readonly TimeSpan heartbeat = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private TimeSpan last;

    /// <inheritdoc/>
    public void Report(FitProgress value)
    {
        lock (gate)
        {
            TimeSpan now = terminal.Elapsed;
            bool isStage = double.IsNaN(value.Loss) || value.What.Contains("held-out", StringComparison.Ordinal);
            if (!isStage && now - last < heartbeat) return;
            last = now;
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{now.TotalSeconds,6:0.0}s] {value.What}"));
        }
    }
}
