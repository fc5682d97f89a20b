using System.Globalization;

namespace MLPipes.Benchmarks;

/// <summary>Searches on every data set of a folder under given budgets and seeds, each study in its own process, and sets the test scores beside those of the folder's peers.</summary>
internal sealed class QualityBenchmark : IBenchmark
{
    public string Name => "quality";

    public string Summary => "model quality, budgets and overhead beside a folder's peers.csv; `quality help` says how";

    public int Run(string[] args)
    {
        if (args is ["help" or "--help", ..])
        {
            Console.WriteLine(QualityOptions.Usage);
            return 0;
        }
        try
        {
            QualityOptions options = QualityOptions.Parse(args);
            return options.Verb switch
            {
                "cell" => Cell(options),
                "report" => Report(options),
                _ => Measure(options),
            };
        }
        catch (Exception error) when (error is FormatException or IOException or MLPipesException)
        {
            Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("`quality help` lists the options.");
            return 2;
        }
    }

    private static int Cell(QualityOptions options)
    {
        DataSet data = DataSet.In(options.Folder).First(d => d.Name == options.Sets![0]);
        QualityRow row = QualityCell.Measure(data, options, options.Times[0], options.Seeds[0]);
        Console.WriteLine(CellProcess.RowMark + Csv.Line(row));
        return 0;
    }

    private static int Measure(QualityOptions options)
    {
        DataSet[] sets = Sets(options);
        List<Peer> peers = Peer.In(options.Folder);
        ResultFile? file = options.Out is { } folder ? new ResultFile(Path.Combine(folder, ResultFile.FileName)) : null;
        Dictionary<string, QualityRow> known = file?.Read().Where(r => r.Error.Length == 0).ToDictionary(r => r.Key) ?? [];
        if (options.Clock == "cpu") Console.WriteLine($"Seconds are processor seconds of each study on {options.Threads} threads, to measure on a machine that others use too; not wall time.");
        Console.WriteLine(Line("data", "seed", "metric", "test", "best peer", "gain %", "validated", "used s", "budget", "whole s", "MB", "completed/dropped/failed/skipped, splits, models, end"));
        List<QualityRow> rows = [];
        foreach (double budget in options.Times)
            foreach (DataSet data in sets)
            {
                if (options.Verb == "anytime" && AnytimeResult.From(rows, peers).HasReached(data.Name)) continue;
                foreach (int seed in options.Seeds)
                {
                    string key = QualityCell.For(data, options, budget, seed).Key;
                    if (!known.TryGetValue(key, out QualityRow? row))
                    {
                        row = CellProcess.Run(data, options, budget, seed);
                        file?.Append(row);
                    }
                    rows.Add(row);
                    Tell(row, peers);
                }
            }
        QualityReport report = new(rows, peers, options.Times[^1], Notes(options));
        Console.WriteLine();
        Console.WriteLine(options.Verb switch { "budget" => report.Budgets(), "overhead" => report.Overhead(), "anytime" => report.Anytime(), _ => report.Summary() });
        // The report is of all that the folder holds, pieces run before included.
        if (file is not null) Save(options, file.Read(), peers);
        return rows.Any(r => r.Error.Length > 0) ? 1 : 0;
    }

    private static int Report(QualityOptions options)
    {
        if (options.Out is not { } folder) throw new FormatException("report needs --out, the folder to write quality.md into.");
        string[] files = options.From.Count > 0 ? [.. options.From] : [Path.Combine(folder, ResultFile.FileName)];
        List<QualityRow> rows = ResultFile.Read(files);
        if (rows.Count == 0) throw new FormatException($"There are no results in {string.Join(", ", files)}.");
        Save(options, rows, Peer.In(options.Folder));
        return 0;
    }

    private static void Save(QualityOptions options, List<QualityRow> rows, List<Peer> peers)
    {
        double budget = rows.Any(r => r.SecondsBudget == options.Times[^1]) ? options.Times[^1] : rows.Max(r => r.SecondsBudget);
        QualityRow[] wanted = [.. rows.Where(r => options.Sets is null || options.Sets.Contains(r.Data))];
        QualityReport report = new(wanted, peers, budget, Notes(options));
        Directory.CreateDirectory(options.Out!);
        string path = Path.Combine(options.Out!, "quality.md");
        File.WriteAllText(path, report.Markdown());
        File.WriteAllText(Path.Combine(options.Out!, QualityReport.PlotName), report.Plot());
        Console.WriteLine($"wrote {path}");
    }

    private static DataSet[] Sets(QualityOptions options)
    {
        DataSet[] all = [.. DataSet.In(options.Folder)];
        if (all.Length == 0) throw new FormatException($"No tabular data set in '{options.Folder}'.");
        if (options.Sets?.Except(all.Select(d => d.Name)).ToArray() is { Length: > 0 } unknown)
            throw new FormatException($"No data set {string.Join(", ", unknown)} in '{options.Folder}'; there are {string.Join(", ", all.Select(d => d.Name))}.");
        return [.. all.Where(d => options.Sets is null || options.Sets.Contains(d.Name))];
    }

    private static Dictionary<string, string> Notes(QualityOptions options)
    {
        if (options.Notes is not { } path) return [];
        return File.ReadLines(path).Where(l => l.Contains(':')).ToDictionary(l => l[..l.IndexOf(':')].Trim(), l => l[(l.IndexOf(':') + 1)..].Trim(), StringComparer.Ordinal);
    }

    private static void Tell(QualityRow row, List<Peer> peers)
    {
        double best = Comparison.Best(row.Metric, peers.Where(p => p.Data == row.Data).Select(p => p.Score));
        Console.WriteLine(row.Error.Length > 0 ? $"{row.Data,-20} {row.Seed,4} NO MODEL: {row.Error}" : Line(
            row.Data, Text($"{row.Seed}"), row.Metric, Text($"{row.Test:0.0000}"), Text($"{best:0.0000}"), Text($"{Comparison.Gain(row.Metric, row.Test, best) * 100:0.00}"), Text($"{row.OutOfFold:0.0000}"),
            Text($"{row.SecondsUsed:0.00}"), Text($"{row.SecondsBudget}"), Text($"{row.SecondsProcess:0.00}"), Text($"{row.PeakRssMb:0}"),
            Text($"{row.Completed}/{row.Dropped}/{row.Failed}/{row.Skipped}, {row.Splits}, {row.Models}, {row.End}: {row.Best}")));
    }

    private static string Line(params string[] c) => $"{c[0],-20} {c[1],4} {c[2],8} {c[3],9} {c[4],9} {c[5],8} {c[6],9} {c[7],7} {c[8],6} {c[9],7} {c[10],6}  {c[11]}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
