using System.Globalization;
using System.Text;
using MLPipes.AutoSearch;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLPipes.Cli;

/// <summary>Draws a search that is under way: how far it is, its best score over time, its best trials, what runs and what came to nothing.</summary>
/// <param name="Metric">What is improved.</param>
/// <param name="Budget">Time for all; null for no limit.</param>
/// <param name="Trials">Most trials; null for no limit.</param>
internal sealed record TrainPicture(Metric Metric, TimeSpan? Budget, int? Trials)
{
    private const int Shown = 5, LineWidth = 40;
    private const string Levels = "▁▂▃▄▅▆▇█";
    private static readonly Style quiet = new(Color.Grey), bold = new(decoration: Decoration.Bold);

    /// <summary>The picture after <paramref name="used"/> of the time.</summary>
    public IRenderable Draw(TrainState state, TimeSpan used)
    {
        List<IRenderable> lines = [new Text(Summary(state, used), bold)];
        if (ShareDone(state, used) is { } share) lines.Add(Bar(share));
        if (state.Improvements.Count > 0) lines.Add(new Text($"best {Metric.Key} over time {Sparkline(state.Improvements, used)}", new Style(Color.Green)));
        lines.Add(Board(state.Leaderboard));
        string running = string.Join(", ", state.Running.Take(4).Select(r => string.Create(CultureInfo.InvariantCulture, $"#{r.Key} {r.Value.Trainer} {Math.Max(0, (used - r.Value.Since).TotalSeconds):0} s")));
        lines.Add(new Text(running.Length == 0 ? "running   nothing yet" : $"running   {running}"));
        if (Fit(state) is { } fit) lines.Add(new Text($"fitting   {fit}") { Overflow = Overflow.Ellipsis });
        if (state.Notice is { } notice) lines.Add(new Text($"last out  {notice}", quiet) { Overflow = Overflow.Ellipsis });
        lines.Add(new Text("Ctrl+C: stop and keep the best so far; twice: stop at once", quiet));
        return new Rows(lines);
    }

    /// <summary>How the longest fit under way goes; null where none tells.</summary>
    public static string? Fit(TrainState state) => state.Running.Where(r => r.Value.Fit is not null).OrderBy(r => r.Value.Since)
        .Select(r => string.Create(CultureInfo.InvariantCulture, $"#{r.Key} {r.Value.Trainer}: {r.Value.Fit}")).FirstOrDefault();

    /// <summary>Trials, best and time in one line.</summary>
    public string Summary(TrainState state, TimeSpan used)
    {
        string left = Budget is { } time ? $"{Math.Max(0, (time - used).TotalSeconds):0} s left" : $"{used.TotalSeconds:0} s";
        string count = Trials is { } most ? $"{state.Over} of {most} trials" : $"{state.Over} trials";
        string best = state.Leaderboard.Best is { } row ? $"best {Metric.Key} {TrainReport.Number(row.Score)} ({row.Trainer})" : "no result yet";
        return $"{count}, {best}, {left}";
    }

    /// <summary>The best score over time as bars, higher for better, one for each fortieth of the time.</summary>
    public static string Sparkline(IReadOnlyList<(TimeSpan At, double Score)> improvements, TimeSpan used)
    {
        double end = Math.Max(used.TotalSeconds, improvements[^1].At.TotalSeconds), last = improvements[^1].Score;
        // What comes first is a baseline, far below all others; bars that show it show nothing else.
        double first = improvements[improvements.Count > 2 ? 1 : 0].Score, range = last - first;
        StringBuilder bars = new();
        for (int i = 0; i < LineWidth; i++)
        {
            double until = end * (i + 1) / LineWidth;
            int known = improvements.Count(b => b.At.TotalSeconds <= until);
            double height = known == 0 || range == 0 ? 0 : Math.Clamp((improvements[known - 1].Score - first) / range, 0, 1);
            bars.Append(known == 0 ? ' ' : Levels[range == 0 ? Levels.Length - 1 : (int)(height * (Levels.Length - 1))]);
        }
        return $"{bars} {TrainReport.Number(improvements[0].Score)} → {TrainReport.Number(last)}";
    }

    private double? ShareDone(TrainState state, TimeSpan used)
    {
        double? time = Budget is { } whole ? used / whole : null, trials = Trials is { } most ? (double)state.Over / most : null;
        return time is null && trials is null ? null : Math.Clamp(Math.Max(time ?? 0, trials ?? 0), 0, 1);
    }

    private static Paragraph Bar(double share)
    {
        int full = (int)(share * LineWidth);
        return new Paragraph().Append(new string('━', full), new Style(Color.Green)).Append(new string('─', LineWidth - full), quiet).Append($" {(int)(share * 100)} %");
    }

    private Spectre.Console.Table Board(Leaderboard leaderboard)
    {
        Spectre.Console.Table board = new Spectre.Console.Table().Border(TableBorder.Simple);
        board.AddColumn(new TableColumn("#").RightAligned().NoWrap());
        board.AddColumn(new TableColumn("trainer").NoWrap());
        board.AddColumn(new TableColumn(Metric.Key).RightAligned().NoWrap());
        board.AddColumn(new TableColumn("seconds").RightAligned().NoWrap());
        board.AddColumn(new TableColumn("with").NoWrap());
        foreach (LeaderboardRow row in leaderboard.Rows.Take(Shown))
        {
            board.AddRow(new Text(row.Number.ToString(CultureInfo.InvariantCulture)), new Text(row.Trainer), new Text(TrainReport.Number(row.Score)),
                new Text(row.Seconds.ToString("0.00", CultureInfo.InvariantCulture)), new Text(Settings(row), quiet) { Overflow = Overflow.Ellipsis });
        }
        return board;
    }

    private static string Settings(LeaderboardRow row)
    {
        string text = string.Join(", ", row.Knobs.Select(k => $"{k.Key} {(double.TryParse(k.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value.ToString("0.###", CultureInfo.InvariantCulture) : k.Value)}"));
        return text.Length <= LineWidth ? text : $"{text[..(LineWidth - 1)]}…";
    }
}
