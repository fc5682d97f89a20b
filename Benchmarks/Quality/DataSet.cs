using System.Globalization;
using System.Text.Json;

namespace MLPipes.Benchmarks;

/// <summary>A folder with train.csv.gz, test.csv.gz and a meta.json that names task, label and reference scores.</summary>
internal sealed record DataSet(string Name, string Folder, string Task, string Label, IReadOnlyList<string> Dropped, IReadOnlyDictionary<string, double> References)
{
    public string TrainPath => Path.Combine(Folder, "train.csv.gz");

    public string TestPath => Path.Combine(Folder, "test.csv.gz");

    /// <summary>The metric that the references are compared by.</summary>
    public string Metric => Task switch { "binary" => "auc", "multiclass" => "logloss", _ => "r2" };

    public bool HigherIsBetter => Metric != "logloss";

    /// <summary>The better of the references; NaN where there is none.</summary>
    public double BestReference => References.Count == 0 ? double.NaN : HigherIsBetter ? References.Values.Max() : References.Values.Min();

    /// <summary>The tabular data sets of a folder: those with a label and more than one input column.</summary>
    public static IEnumerable<DataSet> In(string folder)
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (string path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            string meta = Path.Combine(path, "meta.json");
            if (!File.Exists(meta) || !File.Exists(Path.Combine(path, "train.csv.gz"))) continue;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(meta));
            JsonElement root = document.RootElement;
            string task = root.TryGetProperty("task", out JsonElement t) ? t.GetString() ?? "" : "";
            if (task is not ("binary" or "multiclass" or "regression") || !root.TryGetProperty("columns", out JsonElement columns) || columns.ValueKind != JsonValueKind.Number || columns.GetInt32() < 3) continue;
            string metric = task switch { "binary" => "AUC", "multiclass" => "logloss", _ => "R2" };
            List<string> dropped = [];
            Dictionary<string, double> scores = [];
            if (root.TryGetProperty("reference", out JsonElement reference) && reference.ValueKind == JsonValueKind.Object)
            {
                if (reference.TryGetProperty("dropped_columns", out JsonElement names) && names.ValueKind == JsonValueKind.Array) dropped.AddRange(names.EnumerateArray().Select(n => n.GetString()!));
                if (reference.TryGetProperty("scores", out JsonElement systems))
                    foreach (JsonProperty system in systems.EnumerateObject())
                        if (system.Value.TryGetProperty(metric, out JsonElement score)) scores[system.Name] = score.GetDouble();
            }
            yield return new DataSet(Path.GetFileName(path), path, task, root.GetProperty("label").GetString()!, dropped, scores);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Task}, {Metric} {BestReference})");
}
