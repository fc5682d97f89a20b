using System.Globalization;
using System.IO.Compression;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>A data set as the reference values were made from it: numeric columns, rows with a missing value dropped, standardised with the training part.</summary>
internal sealed record ReferenceSet(TrainingSet Train, TrainingSet Test)
{
    public static ReferenceSet Sonar() => Load(
        Path.Combine(SharedFolder.Repository, "UnitTests", "Trainers", "Reference", "mlnet", "sonar-train.csv.gz"),
        Path.Combine(SharedFolder.Repository, "UnitTests", "Trainers", "Reference", "mlnet", "sonar-test.csv.gz"), "Class", MLTask.Binary, "R");

    public static ReferenceSet Shared(string set, string label, MLTask task, string? positive = null) =>
        Load(SharedFolder.Data(set, "train.csv.gz"), SharedFolder.Data(set, "test.csv.gz"), label, task, positive);

    private static ReferenceSet Load(string train, string test, string label, MLTask task, string? positive)
    {
        (List<float[]> x, List<string> y) learn = Read(train, label), judge = Read(test, label);
        int width = learn.x[0].Length;
        for (int f = 0; f < width; f++)
        {
            double mean = learn.x.Average(r => (double)r[f]), deviation = Math.Sqrt(learn.x.Average(r => (r[f] - mean) * (r[f] - mean)));
            foreach (float[] row in learn.x.Concat(judge.x)) row[f] = (float)((row[f] - mean) / deviation);
        }
        string[] classes = task == MLTask.Regression ? [] : [.. learn.y.Distinct().OrderBy(c => c == positive ? 1 : 0).ThenBy(c => c, StringComparer.Ordinal)];
        return new ReferenceSet(Set(learn, classes, task), Set(judge, classes, task));
    }

    private static TrainingSet Set((List<float[]> X, List<string> Y) rows, string[] classes, MLTask task) => new(
        FeatureMatrix.Dense([.. rows.X.SelectMany(r => r)], rows.X[0].Length),
        new Target("y", task, [.. rows.Y.Select(y => task == MLTask.Regression ? float.Parse(y, CultureInfo.InvariantCulture) : Array.IndexOf(classes, y))], classes));

    // Only columns that are numbers throughout count; these files quote nothing.
    private static (List<float[]>, List<string>) Read(string path, string label)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[] names = reader.ReadLine()!.Split(',');
        List<string[]> rows = [];
        while (reader.ReadLine() is { } line) rows.Add(line.Split(','));
        int labelAt = Array.IndexOf(names, label);
        int[] numeric = [.. Enumerable.Range(0, names.Length).Where(c => c != labelAt && rows.All(r => r[c].Length == 0 || float.TryParse(r[c], CultureInfo.InvariantCulture, out _)))];
        string[][] whole = [.. rows.Where(r => numeric.All(c => r[c].Length > 0))];
        return ([.. whole.Select(r => numeric.Select(c => float.Parse(r[c], CultureInfo.InvariantCulture)).ToArray())], [.. whole.Select(r => r[labelAt])]);
    }
}
