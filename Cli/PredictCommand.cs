using System.CommandLine;
using MLPipes.Pipelines;
using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary><c>mlpipes predict</c>: writes the input's rows again, untouched, with the prediction beside them.</summary>
internal sealed class PredictCommand(Terminal terminal)
{
    private const string StandardInput = "-";

    private readonly Argument<string> model = new("model") { Description = "Model that train saved." };
    private readonly Argument<string> data = new("data") { Description = "Table to predict: delimited text, Parquet or JSON lines; - for delimited text from standard input. For a model of named entities: texts, a CoNLL file or JSON lines." };
    private readonly Option<string?> output = new("--out") { Description = "File to write; default standard output.", HelpName = "file" };

    public static Command Create(Terminal terminal)
    {
        PredictCommand verb = new(terminal);
        Command command = new("predict", "Predict rows: the input's columns untouched, plus prediction and probability_<class>.") { verb.model, verb.data, verb.output };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(data)!;
        if (parsed.GetValue(output) is { } checkedPath) ModelOutput.Check("--out", checkedPath);
        if (EntityTagger.IsTagger(parsed.GetValue(model)!)) return EntityScoring.Predict(terminal, parsed.GetValue(model)!, path, write => WriteOut(parsed, write));
        FittedPipeline pipeline = FittedPipeline.Load(parsed.GetValue(model)!);
        MemoryStream? kept = path == StandardInput ? Keep() : null;
        Table table = kept is null
            ? TableInput.Read(path, pipeline.Schema.ReadOptions)
            : Table.ReadCsv(kept, TableInput.Options(pipeline.Schema.ReadOptions, null), "standard input");
        Predictions predictions = pipeline.Predict(table, cancel: terminal.Stop);
        TableInput.Warn(terminal, table.Warnings.Where(w => !IsOfAbsentColumns(w)));
        TableInput.Warn(terminal, predictions.Warnings);
        List<Column> added = Added(predictions);
        WriteOut(parsed, stream => Write(stream, table, path, kept, added));
        return ExitCodes.Done;

        // A file to predict has no label, and need not have the columns that are not learned from.
        static bool IsOfAbsentColumns(string warning) => warning.StartsWith("The options name columns", StringComparison.Ordinal);
    }

    private void WriteOut(ParseResult parsed, Action<Stream> write)
    {
        if (parsed.GetValue(output) is { } target)
        {
            WriteFile(target, write);
            return;
        }
        terminal.Out.Flush();
        using BufferedStream buffered = new(terminal.OutBytes, 1 << 16);
        write(buffered);
        buffered.Flush();
    }

    private MemoryStream Keep()
    {
        using Stream input = terminal.OpenInput();
        MemoryStream kept = new();
        input.CopyTo(kept);
        kept.Position = 0;
        return kept;
    }

    private static void Write(Stream stream, Table table, string path, MemoryStream? kept, List<Column> added)
    {
        if (table.Csv is not { } reading)
        {
            new Table(table.Columns.Concat(added)).WriteCsv(stream);
            return;
        }
        if (kept is null)
        {
            CsvCopy.Append(path, stream, reading, added);
            return;
        }
        kept.Position = 0;
        CsvCopy.Append(kept, stream, reading, added);
    }

    private static List<Column> Added(Predictions predictions)
    {
        int rows = predictions.RowCount;
        if (predictions.Task == MLTask.Regression) return [new NumberColumn("prediction", predictions.Values)];
        int[] codes = new int[rows];
        for (int row = 0; row < rows; row++) codes[row] = predictions.ClassAt(row);
        List<Column> added = [new CategoryColumn("prediction", codes, [.. predictions.Classes])];
        for (int c = 0; c < predictions.Classes.Count; c++)
        {
            float[] probabilities = new float[rows];
            for (int row = 0; row < rows; row++) probabilities[row] = predictions.ProbabilityAt(row, c);
            added.Add(new NumberColumn($"probability_{predictions.Classes[c]}", probabilities));
        }
        return added;
    }

    /// <summary>Writes beside the target and renames, so that a failure leaves what stood there.</summary>
    private static void WriteFile(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path), temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream file = File.Create(temporary)) write(file);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TableException($"{path}: the predictions can't be written ({error.Message.TrimEnd('.')}).", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
