using System.Globalization;
using MLPipes.AutoSearch;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLPipes.Cli;

/// <summary>Shows on standard error how a search goes on: redrawn in place on a terminal, as plain lines elsewhere.</summary>
internal sealed class TrainProgress : IProgress<TrialEvent>, IDisposable
{
    private static readonly TimeSpan redraw = TimeSpan.FromMilliseconds(250), heartbeat = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly Terminal terminal;
    private readonly Metric metric;
    private readonly TimeSpan? budget;
    private readonly int? trials;
    private readonly Leaderboard leaderboard = new();
    private readonly SortedDictionary<int, string> running = [];
    private readonly CancellationTokenSource done = new();
    private readonly Task show;

    private TrainProgress(Terminal terminal, Metric metric, TimeSpan? budget, int? trials)
    {
        this.terminal = terminal;
        this.metric = metric;
        this.budget = budget;
        this.trials = trials;
        show = Task.Run(terminal.IsErrorLive ? DrawAsync : BeatAsync);
    }

    /// <summary>Begins to show; ends with disposal.</summary>
    public static TrainProgress Start(Terminal terminal, Metric metric, TimeSpan? budget, int? trials) => new(terminal, metric, budget, trials);

    /// <inheritdoc/>
    public void Report(TrialEvent value)
    {
        lock (gate)
        {
            if (value is TrialEvent.Started) running[value.Number] = value.Plan.Trainer;
            if (value.IsOutcome) running.Remove(value.Number);
            bool isBest = leaderboard.Observe(value);
            if (terminal.IsErrorLive) return;
            switch (value)
            {
                case TrialEvent.Completed completed:
                    Line(value, $"{metric.Key} {TrainReport.Number(completed.Score)}{(isBest ? "  best so far" : "")}");
                    break;
                case TrialEvent.Failed failed:
                    Line(value, $"failed: {failed.Reason}");
                    break;
                case TrialEvent.Skipped skipped:
                    Line(value, $"skipped: {skipped.Reason}");
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        done.Cancel();
        // Only our own writer is waited for; it looks at the token at least every redraw.
        show.GetAwaiter().GetResult();
        done.Dispose();
    }

    private void Line(TrialEvent value, string what) => terminal.Error.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"[{value.At.TotalSeconds,6:0.0}s] #{value.Number,-3} {value.Plan.Trainer,-24} {what}"));

    private async Task DrawAsync()
    {
        IAnsiConsole console = terminal.ErrorConsole();
        await console.Live(Picture()).AutoClear(true).Overflow(VerticalOverflow.Ellipsis).StartAsync(async context =>
        {
            while (!done.IsCancellationRequested)
            {
                context.UpdateTarget(Picture());
                await Task.Delay(redraw, done.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    private async Task BeatAsync()
    {
        while (!done.IsCancellationRequested)
        {
            await Task.Delay(heartbeat, done.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (done.IsCancellationRequested) return;
            lock (gate) terminal.Error.WriteLine(Summary());
        }
    }

    private IRenderable Picture()
    {
        lock (gate)
        {
            string now = running.Count == 0 ? "waiting for a trial" : $"running {string.Join(", ", running.Take(4).Select(r => $"#{r.Key} {r.Value}"))}";
            return new Rows(new Text(Summary(), new Style(decoration: Decoration.Bold)), TrainReport.Board(leaderboard, metric), new Text(now, new Style(Color.Grey)), new Text("Ctrl+C: stop and keep the best so far", new Style(Color.Grey)));
        }
    }

    private string Summary()
    {
        TimeSpan used = terminal.Elapsed;
        string left = budget is { } time ? $"{Math.Max(0, (time - used).TotalSeconds):0} s left" : $"{used.TotalSeconds:0} s";
        int over = leaderboard.Completed + leaderboard.Dropped + leaderboard.Failed + leaderboard.Skipped;
        string count = trials is { } most ? $"{over} of {most} trials" : $"{over} trials";
        string best = leaderboard.Best is { } row ? $"best {metric.Key} {TrainReport.Number(row.Score)} ({row.Trainer})" : "no result yet";
        return $"{count}, {best}, {left}";
    }
}
