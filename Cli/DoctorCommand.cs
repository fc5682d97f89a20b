using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace MLPipes.Cli;

/// <summary><c>mlpipes doctor</c>: what this machine has, and what to install.</summary>
internal sealed class DoctorCommand(Terminal terminal)
{
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document." };

    public static Command Create(Terminal terminal)
    {
        DoctorCommand verb = new(terminal);
        Command command = new("doctor", "Show what this machine has and what to install.") { verb.json };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        IReadOnlyList<Finding> findings = Machine.Look();
        bool ready = findings.All(f => f.State != Machine.Problem);
        if (parsed.GetValue(json))
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new DoctorDocument(ready, findings), Documents.Readable.DoctorDocument));
            return ExitCodes.Done;
        }
        Spectre.Console.Table table = new Spectre.Console.Table().Border(TableBorder.Simple);
        foreach (string head in (string[])["what", "", "found"]) table.AddColumn(head);
        foreach (Finding finding in findings) table.AddRow(new Text(finding.What), new Text(finding.State), new Text(finding.Found));
        IAnsiConsole console = terminal.OutConsole();
        console.Write(table);
        foreach (Finding finding in findings.Where(f => f.Advice is not null)) console.WriteLine($"{finding.What}: {finding.Advice}");
        console.WriteLine(ready ? "Ready to train." : "Some trainers can't be used until the problems above are solved.");
        return ExitCodes.Done;
    }
}
