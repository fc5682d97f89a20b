using System.CommandLine;
using System.Text.Json;
using MLPipes.Pipelines;
using Spectre.Console;

namespace MLPipes.Cli;

/// <summary><c>mlpipes list</c>: the trainers or featurizers of the catalog.</summary>
internal sealed class ListCommand(Terminal terminal)
{
    private readonly Argument<string> what = new("what") { Description = "trainers or featurizers." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document." };

    public static Command Create(Terminal terminal)
    {
        ListCommand verb = new(terminal);
        verb.what.AcceptOnlyFromAmong("trainers", "featurizers");
        Command command = new("list", "List the trainers or the featurizers.") { verb.what, verb.json };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        bool trainers = parsed.GetValue(what) == "trainers";
        IReadOnlyList<CatalogDocument> entries = trainers ? [.. Catalog.Trainers.Select(Describe)] : [.. Catalog.Featurizers.Select(Describe)];
        if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(entries, Documents.Readable.IReadOnlyListCatalogDocument));
        else Show(entries, trainers);
        return ExitCodes.Done;
    }

    private static CatalogDocument Describe(TrainerEntry entry) => new()
    {
        Key = entry.Card.Key,
        Summary = entry.Card.Summary,
        Tasks = [.. entry.Card.Tasks.Select(t => t.ToString().ToLowerInvariant())],
        Options = OptionsOf(entry.Type),
    };

    private static CatalogDocument Describe(FeaturizerEntry entry) => new()
    {
        Key = entry.Card.Key,
        Summary = entry.Card.Summary,
        Role = entry.Card.Role.ToString().ToLowerInvariant(),
        Options = OptionsOf(entry.Type),
    };

    /// <summary>A plug-in's options are its record's properties, by contract.</summary>
    private static IReadOnlyList<string> OptionsOf(Type type) =>
        [.. type.GetProperties(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance).Where(p => p.CanWrite).Select(p => p.Name)];

    private void Show(IReadOnlyList<CatalogDocument> entries, bool trainers)
    {
        Spectre.Console.Table table = new Spectre.Console.Table().Border(TableBorder.Simple);
        table.AddColumn("key");
        table.AddColumn(trainers ? "tasks" : "role");
        table.AddColumn("what it does");
        foreach (CatalogDocument entry in entries)
            table.AddRow(new Text(entry.Key), new Text(entry.Role ?? string.Join(", ", entry.Tasks!)), new Text(entry.Summary));
        terminal.OutConsole().Write(table);
    }
}
