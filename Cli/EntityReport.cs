using System.Globalization;
using Spectre.Console;

namespace MLPipes.Cli;

/// <summary>Shows people how well entities are found.</summary>
internal static class EntityReport
{
    /// <summary>What a search found.</summary>
    public static void Write(Terminal terminal, EntityTrainDocument document)
    {
        IAnsiConsole console = terminal.OutConsole();
        console.WriteLine();
        Spectre.Console.Table board = new Spectre.Console.Table().Border(TableBorder.Simple);
        board.AddColumn("trainer");
        board.AddColumn(new TableColumn("f1").RightAligned());
        board.AddColumn(new TableColumn("seconds").RightAligned());
        foreach (LeaderboardEntry entry in document.Leaderboard)
            board.AddRow(new Text(entry.Trainer), new Text(entry.Score is { } score ? Number(score) : "–"), new Text(entry.Seconds.ToString("0.00", CultureInfo.InvariantCulture)));
        console.Write(board);
        console.WriteLine($"named entities: {document.Trials.Completed} candidates in {document.SecondsWall.ToString("0.0", CultureInfo.InvariantCulture)} s");
        if (document.End == "cancelled") console.WriteLine("stopped early: this is the best until then");
        console.WriteLine($"best        {document.Best.Trainer}{(document.IsRefitted ? ", fitted again on all documents" : "")}");
        if (document.Validation.Count > 0) console.WriteLine($"validated   {Figures(document.Validation)} on held-out documents");
        if (document.Test is { } test) console.WriteLine($"test        {Figures(test)}");
        if (document.Entities is { } types) console.Write(Types(types));
        console.WriteLine($"model       {document.Model}");
    }

    /// <summary>The figures of each type as a table.</summary>
    public static Spectre.Console.Table Types(IReadOnlyList<EntityTypeDocument> types)
    {
        Spectre.Console.Table table = new Spectre.Console.Table().Border(TableBorder.Simple);
        table.AddColumn("type");
        foreach (string head in (string[])["precision", "recall", "f1", "entities"]) table.AddColumn(new TableColumn(head).RightAligned());
        foreach (EntityTypeDocument type in types)
            table.AddRow(new Text(type.Type), new Text(Number(type.Precision)), new Text(Number(type.Recall)), new Text(Number(type.F1)), new Text(type.Support.ToString(CultureInfo.InvariantCulture)));
        return table;
    }

    /// <summary>Figures with their names in one line.</summary>
    public static string Figures(IReadOnlyDictionary<string, double?> metrics) => string.Join("  ", metrics.Select(m => $"{m.Key} {Number(m.Value ?? 0)}"));

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
