using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace MLPipes.Cli;

/// <summary><c>mlpipes profile</c>: what a table holds, what each column would be used for, and what to know before training.</summary>
internal sealed class ProfileCommand(Terminal terminal)
{
    private readonly Argument<string> data = new("data") { Description = "Table to look at." };
    private readonly Option<string?> label = new("--label") { Description = "Column to predict; finds leaks and the task.", HelpName = "column" };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document." };

    public static Command Create(Terminal terminal)
    {
        ProfileCommand verb = new(terminal);
        Command command = new("profile", "Show what a table holds and what to know before training on it.") { verb.data, verb.label, verb.json };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        Table table = TableInput.Read(parsed.GetValue(data)!);
        TableProfile profile = TableProfile.Of(table, parsed.GetValue(label));
        if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(Describe(table, profile), Documents.Readable.ProfileDocument));
        else Show(table, profile);
        return ExitCodes.Done;
    }

    private static ProfileDocument Describe(Table table, TableProfile profile) => new()
    {
        Rows = profile.Rows,
        DuplicateRows = profile.DuplicateRows,
        Label = profile.Roles.Label,
        Task = profile.Task?.ToString().ToLowerInvariant(),
        Columns = [.. profile.Columns.Select(Describe)],
        Warnings = [.. table.Warnings, .. profile.Warnings.Select(w => w.Message)],
    };

    private static ColumnDocument Describe(ColumnProfile column) => new()
    {
        Name = column.Name,
        Kind = column.Kind.ToString().ToLowerInvariant(),
        Role = column.Role.ToString().ToLowerInvariant(),
        Reason = column.Reason,
        Missing = column.Missing,
        MissingShare = Math.Round(column.MissingShare, 6),
        Distinct = column.Distinct,
        DistinctIsExact = column.DistinctIsExact,
        Min = column.Min,
        Max = column.Max,
        Mean = column.Mean,
        Deviation = column.Deviation,
        Quantiles = column.Quantiles.Count > 0 ? column.Quantiles : null,
        First = column.First,
        Last = column.Last,
        MeanWords = column.MeanWords,
        Values = [.. column.TopValues.Select(v => new ValueDocument(v.Value, v.Rows))],
    };

    private void Show(Table table, TableProfile profile)
    {
        IAnsiConsole console = terminal.OutConsole();
        console.WriteLine($"{profile.Rows} rows, {profile.Columns.Count} columns{(profile.Roles.Label is { } name ? $"; label '{name}'{(profile.Task is { } task ? $", {task.ToString().ToLowerInvariant()}" : "")}" : "")}");
        Spectre.Console.Table columns = new Spectre.Console.Table().Border(TableBorder.Simple);
        foreach (string head in (string[])["column", "kind", "role"]) columns.AddColumn(head);
        foreach (string head in (string[])["missing", "distinct"]) columns.AddColumn(new TableColumn(head).RightAligned());
        columns.AddColumn("values");
        foreach (ColumnProfile column in profile.Columns)
        {
            columns.AddRow(new Text(column.Name), new Text(column.Kind.ToString().ToLowerInvariant()), new Text(column.Role.ToString().ToLowerInvariant()),
                new Text(column.Missing == 0 ? "" : Percent(column.MissingShare)), new Text($"{(column.DistinctIsExact ? "" : "~")}{column.Distinct}"), new Text(Values(column)));
        }
        console.Write(columns);
        foreach (string warning in table.Warnings.Concat(profile.Warnings.Select(w => w.Message))) console.WriteLine($"! {warning}");
    }

    private static string Percent(double share) => share is > 0 and < 0.001 ? "<0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static string Values(ColumnProfile column)
    {
        if (column.First is { } first && column.Last is { } last) return string.Create(CultureInfo.InvariantCulture, $"{first:yyyy-MM-dd} to {last:yyyy-MM-dd}");
        if (column is { Min: { } min, Max: { } max, Distinct: > 2 }) return $"{Plain(min)} to {Plain(max)}, median {Plain(column.Quantiles[2])}";
        string text = string.Join(", ", column.TopValues.Take(3).Select(v => Short(v.Value))) + (column.Distinct > 3 ? ", …" : "");
        return text;
    }

    private static string Plain(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Short(string value)
    {
        string line = value.ReplaceLineEndings(" ");
        return line.Length <= 24 ? line : string.Concat(line.AsSpan(0, 23), "…");
    }
}
