using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MLPipes.Pipelines;
using MLPipes.Trainers.Torch;
using Spectre.Console;

namespace MLPipes.Cli;

/// <summary><c>mlpipes evaluate</c>: scores a saved model on rows with labels.</summary>
internal sealed class EvaluateCommand(Terminal terminal)
{
    private const int MostClassesShown = 12;

    private readonly Argument<string> model = new("model") { Description = "Model that train saved." };
    private readonly Argument<string> data = new("data") { Description = "Table with the label; for a model of named entities a CoNLL file or JSON lines." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document." };

    public static Command Create(Terminal terminal)
    {
        EvaluateCommand verb = new(terminal);
        Command command = new("evaluate", "Score a saved model on rows with labels.") { verb.model, verb.data, verb.json };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (EntityTagger.IsTagger(parsed.GetValue(model)!)) return EntityScoring.Evaluate(terminal, parsed.GetValue(model)!, parsed.GetValue(data)!, parsed.GetValue(json));
        FittedPipeline pipeline = FittedPipeline.Load(parsed.GetValue(model)!);
        Table table = TableInput.Read(parsed.GetValue(data)!, pipeline.Schema.ReadOptions);
        (Table rows, int dropped) = TableInput.WithLabel(table, pipeline.Schema.Label);
        if (rows.RowCount == 0) throw new TableException(pipeline.Schema.Label, found: "no row with a label", expected: "labels to score the model by", source: table.Source);
        Predictions predictions = pipeline.Predict(rows, cancel: terminal.Stop);
        MetricReport report = MetricReport.Of(pipeline.Schema.TargetOf(rows), predictions.Values, threshold: pipeline.Schema.Threshold);

        TableInput.Warn(terminal, table.Warnings);
        if (dropped > 0) TableInput.Warn(terminal, [$"{dropped} of {table.RowCount} rows have no label '{pipeline.Schema.Label}'; they are not scored."]);
        TableInput.Warn(terminal, predictions.Warnings);
        if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(Describe(report), Documents.Readable.EvaluateDocument));
        else Show(report, pipeline);
        return ExitCodes.Done;
    }

    private static EvaluateDocument Describe(MetricReport report) => new()
    {
        Task = report.Task.ToString().ToLowerInvariant(),
        Rows = report.Rows,
        Metrics = report.Values,
        Classes = report.Confusion is null ? null : report.Classes,
        Confusion = report.Confusion is not { } counts ? null :
            [.. Enumerable.Range(0, counts.Classes).Select(t => (IReadOnlyList<long>)[.. Enumerable.Range(0, counts.Classes).Select(p => (long)counts[t, p])])],
    };

    private void Show(MetricReport report, FittedPipeline pipeline)
    {
        IAnsiConsole console = terminal.OutConsole();
        console.WriteLine($"{report.Task.ToString().ToLowerInvariant()} of '{pipeline.Schema.Label}' on {report.Rows} rows, {pipeline.Manifest.Trainer}");
        Spectre.Console.Table metrics = new Spectre.Console.Table().Border(TableBorder.Simple);
        metrics.AddColumn("metric");
        metrics.AddColumn(new TableColumn("value").RightAligned());
        metrics.AddColumn("what it is");
        foreach ((string key, double? value) in report.Values)
            metrics.AddRow(new Text(key), new Text(value is { } known ? TrainReport.Number(known) : "undefined"), new Text(Metric.Find(key, report.Task).Name));
        console.Write(metrics);
        if (report.Confusion is { Classes: <= MostClassesShown } counts) console.Write(Confusion(counts, report.Classes));
    }

    private static Spectre.Console.Table Confusion(ConfusionMatrix counts, IReadOnlyList<string> classes)
    {
        Spectre.Console.Table table = new Spectre.Console.Table().Border(TableBorder.Simple);
        table.AddColumn("true \\ predicted");
        foreach (string name in classes) table.AddColumn(new TableColumn(new Text(name)).RightAligned());
        for (int t = 0; t < classes.Count; t++)
            table.AddRow([new Text(classes[t]), .. Enumerable.Range(0, classes.Count).Select(p => new Text(counts[t, p].ToString("0", CultureInfo.InvariantCulture)))]);
        return table;
    }
}
