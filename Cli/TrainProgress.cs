using System.Globalization;
using MLPipes.AutoSearch;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLPipes.Cli;

/// <summary>Shows on standard error how a search goes on: redrawn in place on a terminal, as plain lines elsewhere.</summary>
internal sealed class TrainProgress : IProgress<TrialEvent>, IProgress<TrialProgress>, IDisposable
{
    private static readonly TimeSpan redraw = TimeSpan.FromMilliseconds(250), heartbeat = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly Terminal terminal;
    private readonly TrainPicture picture;
    private readonly TrainState state = new();
    private readonly CancellationTokenSource done = new();
    private readonly Task show;

    private TrainProgress(Terminal terminal, TrainPicture picture, IReadOnlyList<TrialEvent> earlier)
    {
        this.terminal = terminal;
        this.picture = picture;
        foreach (TrialEvent happened in earlier) state.Observe(happened with { At = TimeSpan.Zero });
        show = Task.Run(terminal.IsErrorLive ? DrawAsync : BeatAsync);
    }

    /// <summary>Begins to show; ends with disposal.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="picture">What it looks like.</param>
    /// <param name="earlier">How the trials ended that an earlier run of the same search has left.</param>
    public static TrainProgress Start(Terminal terminal, TrainPicture picture, IReadOnlyList<TrialEvent> earlier) => new(terminal, picture, earlier);

    /// <inheritdoc/>
    public void Report(TrialEvent value)
    {
        lock (gate)
        {
            bool isBest = state.Observe(value);
            if (terminal.IsErrorLive) return;
            if (value is TrialEvent.Completed completed) Line(value, $"{picture.Metric.Key} {TrainReport.Number(completed.Score)}{(isBest ? "  best so far" : "")}");
            else if (TrainState.ReasonOf(value) is { } reason) Line(value, reason);
        }
    }

    /// <inheritdoc/>
    public void Report(TrialProgress value)
    {
        lock (gate) state.Observe(value);
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
            lock (gate)
            {
                terminal.Error.WriteLine(picture.Summary(state, terminal.Elapsed));
                if (TrainPicture.Fit(state) is { } fit) terminal.Error.WriteLine($"  {fit}");
            }
        }
    }

    private IRenderable Picture()
    {
        lock (gate) return picture.Draw(state, terminal.Elapsed);
    }
}
