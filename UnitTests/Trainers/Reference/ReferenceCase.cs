using System.Globalization;
using System.Text.Json;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>One result of a reference implementation (own.json: scikit-learn 1.9.1, lightgbm 4.7.0) and the data it was measured on.</summary>
public sealed record ReferenceCase(string DataSet, string Trainer, string Parameters, double Tolerance, IReadOnlyDictionary<string, JsonElement> Values)
{
    public override string ToString() => $"{Trainer} on {DataSet}";

    internal static IReadOnlyList<ReferenceCase> Load()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedFolder.Repository, "UnitTests", "Trainers", "Reference", "own.json")));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => new ReferenceCase(
            c.GetProperty("dataset").GetString()!, c.GetProperty("trainer").GetString()!, c.GetProperty("parameters").GetString()!, c.GetProperty("tolerance").GetDouble(),
            c.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Clone())))];
    }

    internal double Number(string name) => Values[name].GetDouble();

    /// <summary>As the reference was prepared: the named numeric columns, rows with a missing value dropped, standardised by the training part.</summary>
    internal (TrainingSet Train, TrainingSet Test) Data()
    {
        string[] columns = [.. Values["columns"].EnumerateArray().Select(c => c.GetString()!)];
        using JsonDocument meta = JsonDocument.Parse(File.ReadAllText(SharedFolder.Data(DataSet, "meta.json")));
        string label = meta.RootElement.GetProperty("label").GetString()!;
        MLTask task = Values.ContainsKey("r2") ? MLTask.Regression : Values.ContainsKey("auc") ? MLTask.Binary : MLTask.Multiclass;
        (double[][] X, string[] Y) train = Read("train.csv.gz", columns, label), test = Read("test.csv.gz", columns, label);
        Assert.HasCount((int)Number("train_rows"), train.Y);
        Assert.HasCount((int)Number("test_rows"), test.Y);
        for (int j = 0; j < columns.Length; j++)
        {
            double mean = train.X.Average(r => r[j]), deviation = Math.Sqrt(train.X.Average(r => (r[j] - mean) * (r[j] - mean)));
            foreach (double[] row in train.X.Concat(test.X)) row[j] = (row[j] - mean) / deviation;
        }
        string[] classes = task == MLTask.Regression ? [] : [.. train.Y.Distinct().Order(StringComparer.Ordinal)];
        if (task == MLTask.Binary && classes[1] != Values["positive"].GetString()) Array.Reverse(classes);
        TrainingSet Set((double[][] X, string[] Y) part) => new(
            FeatureMatrix.Dense([.. part.X.SelectMany(r => r).Select(v => (float)v)], columns.Length),
            new Target(label, task, [.. part.Y.Select(y => task == MLTask.Regression ? float.Parse(y, CultureInfo.InvariantCulture) : Array.IndexOf(classes, y))], classes));
        return (Set(train), Set(test));
    }

    private (double[][] X, string[] Y) Read(string file, string[] columns, string label)
    {
        Table table = Table.ReadCsv(SharedFolder.Data(DataSet, file));
        Column[] features = [.. columns.Select(c => table[c])];
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(r => !features.Any(f => f.IsMissing(r)))];
        return ([.. rows.Select(r => features.Select(f => double.Parse(f.TextAt(r)!, CultureInfo.InvariantCulture)).ToArray())], [.. rows.Select(r => table[label].TextAt(r)!)]);
    }
}
