using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLPipes.Pipelines;
using MLPipes.Trainers.Torch;

namespace MLPipes.Benchmarks;

/// <summary>Fine-tuned encoders on single text sets: fitted on the whole train part, or on few texts a class, with the trainer's defaults or with options changed, scored on the test part.</summary>
internal sealed class TextEncoderBenchmark : IBenchmark
{
    private const string Usage = "text-encoder ENCODER [folder] [--sets a,b] [--threads N] [--seed N] [--rows N] [--shots N] [--set Option=value,…;Option=value,…]";

    public string Name => "text-encoder";

    public string Summary => $"test scores of a fine-tuned text encoder: {Usage}";

    public int Run(string[] args)
    {
        Arguments given = Arguments.Of(args);
        if (given.Words.Count == 0)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        string[] sets = given.List("sets", "sst2,banking77,ag_news");
        foreach (string set in sets)
            foreach (string assignments in given.Text("set", "").Split(';'))
                Console.WriteLine($"{set,-12} {Measure(Path.Combine(given.Folder(1), set), With(given, assignments), given)}  {assignments}");
        return 0;
    }

    private static string Measure(string folder, ITrainer trainer, Arguments given)
    {
        using JsonDocument meta = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "meta.json")));
        (string text, string label) = (meta.RootElement.GetProperty("text").GetString()!, meta.RootElement.GetProperty("label").GetString()!);
        Table train = Table.ReadCsv(Path.Combine(folder, "train.csv.gz"));
        if (given.Number("rows", 0) is > 0 and var rows) train = train.TakeRows([.. Enumerable.Range(0, (int)Math.Min(rows, train.RowCount))]);
        if (given.Number("shots", 0) is > 0 and var shots)
            train = train.TakeRows([.. Enumerable.Range(0, train.RowCount).GroupBy(row => train[label].TextAt(row)).SelectMany(g => g.Take((int)shots))]);
        Pipeline pipeline = new()
        {
            Task = meta.RootElement.GetProperty("task").GetString() == "binary" ? MLTask.Binary : MLTask.Multiclass,
            Label = label,
            Trainer = trainer,
            Features = [text],
            Roles = new Roles { ByColumn = new Dictionary<string, ColumnRole> { [text] = ColumnRole.Text } },
            Context = new FitContext { Seed = (int)given.Number("seed", 1), Threads = (int)given.Number("threads", 2) },
        };
        pipeline = pipeline.With(ColumnSelector.Named(text), new TokenIds { Encoder = given.Words[0] });
        (long began, TimeSpan used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        FittedPipeline fitted = pipeline.Fit(train);
        (double seconds, double processor) = (Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
        MetricReport report = fitted.Evaluate(Table.ReadCsv(Path.Combine(folder, "test.csv.gz")));
        string[] metrics = ["accuracy", "f1_macro", "logloss"];
        IEnumerable<string> scores = metrics.Where(report.Values.ContainsKey).Select(m => string.Create(CultureInfo.InvariantCulture, $"{m} {report[m]:0.0000}"));
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join("  ", scores)}  {seconds:0} s ({processor:0} s of processors)");
    }

    // Named options of the trainer's record, in place of its defaults; few shots have a trainer of their own.
    private static ITrainer With(Arguments given, string assignments)
    {
        ITrainer trainer = given.Number("shots", 0) > 0 ? new FewShotTrainer { Encoder = given.Words[0] } : new TextEncoderTrainer { Encoder = given.Words[0] };
        foreach (string assignment in assignments.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = assignment.Split('=');
            System.Reflection.PropertyInfo option = trainer.GetType().GetProperty(parts[0]) ?? throw new ArgumentException($"{trainer.GetType().Name} has no option {parts[0]}.");
            Type type = Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType;
            option.SetValue(trainer, type.IsEnum ? Enum.Parse(type, parts[1]) : Convert.ChangeType(parts[1], type, CultureInfo.InvariantCulture));
        }
        return trainer;
    }
}
