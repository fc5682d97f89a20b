using System.Globalization;
using MLPipes.AutoSearch;
using Spectre.Console;

namespace MLPipes.Cli;

/// <summary>Shows people what a search found.</summary>
internal static class TrainReport
{
    private const int Shown = 10;

    public static void Write(Terminal terminal, StudyResult result, TrainDocument document)
    {
        IAnsiConsole console = terminal.OutConsole();
        TrialCounts trials = document.Trials;
        string others = string.Join("", new[] { (trials.Dropped, "given up early"), (trials.Failed, "failed"), (trials.Skipped, "skipped") }
            .Where(o => o.Item1 > 0).Select(o => $", {o.Item1} {o.Item2}"));
        console.WriteLine();
        console.Write(Board(result.Leaderboard, result.Metric));
        console.WriteLine($"{document.Task} of '{document.Label}': {trials.Completed} trials{others} in {document.SecondsWall.ToString("0.0", CultureInfo.InvariantCulture)} s");
        if (result.End == StudyEnd.Cancelled) console.WriteLine("stopped early: this is the best until then");
        console.WriteLine($"best        {result.Best}");
        console.WriteLine($"validated   {result.Metric.Key} {Number(result.Score)}{(result.Splits > 1 ? $" over {result.Splits} splits" : " on held-out rows")}");
        if (document.Test is { } test)
        {
            string[] figures = [.. test.Where(m => m.Value is not null).Select(m => $"{m.Key} {Number(m.Value!.Value)}")];
            for (int i = 0; i < figures.Length; i += 5) console.WriteLine($"{(i == 0 ? "test" : ""),-12}{string.Join("  ", figures.Skip(i).Take(5))}");
        }
        if (document.Encoder is { } encoder) console.WriteLine($"encoder     {EncoderOption.NameOf(encoder)} ({encoder})");
        console.WriteLine($"model       {document.Model}");
        if (document.Journal is { } journal) console.WriteLine($"journal     {journal}");
    }

    /// <summary>The best trials as a table.</summary>
    public static Spectre.Console.Table Board(Leaderboard leaderboard, Metric metric)
    {
        Spectre.Console.Table board = new Spectre.Console.Table().Border(TableBorder.Simple);
        board.AddColumn(new TableColumn("#").RightAligned());
        board.AddColumn("trainer");
        board.AddColumn(new TableColumn(metric.Key).RightAligned());
        board.AddColumn(new TableColumn("seconds").RightAligned());
        foreach (LeaderboardRow row in leaderboard.Rows.Take(Shown))
            board.AddRow(new Text(row.Number.ToString(CultureInfo.InvariantCulture)), new Text(row.Trainer), new Text(Number(row.Score)), new Text(row.Seconds.ToString("0.00", CultureInfo.InvariantCulture)));
        return board;
    }

    /// <summary>A figure with five significant digits.</summary>
    public static string Number(double value) => value == 0 ? "0" : Math.Abs(value) is >= 100_000 or < 0.0001
        ? value.ToString("0.####E+0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) >= 1000 ? "0.0" : Math.Abs(value) >= 10 ? "0.000" : "0.00000", CultureInfo.InvariantCulture);
}
