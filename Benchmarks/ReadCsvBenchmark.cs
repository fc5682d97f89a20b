using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Benchmarks;

/// <summary>
/// The time and peak memory of reading one CSV file of about 200 MB by <see cref="Table.ReadCsv(string, CsvOptions?)"/> and by ML.NET's TextLoader
/// with a cache: until the data is in memory (<c>fill</c>; the cache fills while a cursor moves over it), and until all cells have been passed
/// over once as well (<c>pass</c>). Each run has a process of its own; the runs alternate. ML.NET is told all types, ours infers them.
/// </summary>
internal sealed class ReadCsvBenchmark : IBenchmark
{
    private const int Rows = 1_200_000;
    private const int Runs = 3;

    private static readonly (string Name, DataKind Kind)[] columns =
    [
        ("id", DataKind.Single), ("price", DataKind.Single), ("x1", DataKind.Single), ("x2", DataKind.Single), ("x3", DataKind.Single),
        ("x4", DataKind.Single), ("count", DataKind.Single), ("age", DataKind.Single), ("score", DataKind.Single), ("color", DataKind.String),
        ("country", DataKind.String), ("plan", DataKind.String), ("sku", DataKind.String), ("day", DataKind.DateTime), ("note", DataKind.String),
    ];

    public string Name => "read-csv";

    public string Summary => "Table.ReadCsv against TextLoader + cache on 200 MB: time and peak memory [--keep FILE]";

    public int Run(string[] args)
    {
        if (args is ["child", var reader, var part, var path]) return Child(reader, part, path);
        string file = args is ["--keep", var kept] ? kept : Path.Combine(Path.GetTempPath(), $"mlpipes-read-csv-{Environment.ProcessId}.csv");
        if (!File.Exists(file)) ReadCsvData.Write(file, Rows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(file).Length / 1e6:F0} MB, {Rows} rows, {columns.Length} columns, {Environment.ProcessorCount} cores"));
        foreach (string what in new[] { "fill", "pass" })
        {
            List<(double Seconds, double Peak)> ours = [], theirs = [];
            for (int run = 0; run < Runs; run++)
            {
                theirs.Add(Spawn("mlnet", what, file));
                ours.Add(Spawn("mlpipes", what, file));
            }
            (double Seconds, double Peak) our = Median(ours), their = Median(theirs);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: TextLoader + cache {their.Seconds:F2} s, {their.Peak:F0} MB peak; Table.ReadCsv {our.Seconds:F2} s, {our.Peak:F0} MB peak; ratio {their.Seconds / our.Seconds:F2} and {their.Peak / our.Peak:F2}"));
        }
        if (args.Length == 0) File.Delete(file);
        return 0;
    }

    private static (double Seconds, double Peak) Median(List<(double Seconds, double Peak)> runs) =>
        (runs.Select(r => r.Seconds).Order().ElementAt(Runs / 2), runs.Select(r => r.Peak).Order().ElementAt(Runs / 2));

    private static (double Seconds, double Peak) Spawn(string reader, string what, string file)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet") start.ArgumentList.Add(typeof(ReadCsvBenchmark).Assembly.Location);
        foreach (string argument in new[] { "read-csv", "child", reader, what, file }) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Console.WriteLine($"  {what} {reader,-8} {output.Trim()}");
        string[] parts = output.Split(' ');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    private static int Child(string reader, string what, string path)
    {
        long start = Stopwatch.GetTimestamp();
        IDataView view = reader == "mlpipes" ? Table.ReadCsv(path) : Loaded(path);
        double sum = what == "pass" ? Pass(view) : view is Table ? 0 : Fill(view);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:F3} s {self.PeakWorkingSet64 / 1e6:F0} MB peak, {self.TotalProcessorTime.TotalSeconds:F2} s of processor time, checksum {sum:G6}"));
        GC.KeepAlive(view);
        return 0;
    }

    private static IDataView Loaded(string path)
    {
        MLContext ml = new(1);
        TextLoader loader = ml.Data.CreateTextLoader(new TextLoader.Options
        {
            Columns = [.. columns.Select((c, i) => new TextLoader.Column(c.Name, c.Kind, i))],
            Separators = [','],
            HasHeader = true,
            AllowQuoting = true,
        });
        return ml.Data.Cache(loader.Load(path));
    }

    private static double Fill(IDataView view)
    {
        double rows = 0;
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        while (cursor.MoveNext()) rows++;
        return rows;
    }

    private static double Pass(IDataView view)
    {
        double sum = 0;
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<float>[] numbers = Getters<float>(cursor);
        ValueGetter<DateTime>[] dates = Getters<DateTime>(cursor);
        ValueGetter<ReadOnlyMemory<char>>[] texts = Getters<ReadOnlyMemory<char>>(cursor);
        (float number, DateTime date, ReadOnlyMemory<char> text) = (0, default, default);
        while (cursor.MoveNext())
        {
            foreach (ValueGetter<float> get in numbers)
            {
                get(ref number);
                if (!float.IsNaN(number)) sum += number;
            }
            foreach (ValueGetter<DateTime> get in dates)
            {
                get(ref date);
                sum += date.Ticks & 7;
            }
            foreach (ValueGetter<ReadOnlyMemory<char>> get in texts)
            {
                get(ref text);
                sum += text.Length;
            }
        }
        return sum;
    }

    private static ValueGetter<T>[] Getters<T>(DataViewRowCursor cursor) =>
        [.. cursor.Schema.Where(c => c.Type.RawType == typeof(T)).Select(cursor.GetGetter<T>)];
}
