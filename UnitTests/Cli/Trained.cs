using System.Globalization;
using System.Text;

namespace MLPipes.Tests.Cli;

/// <summary>Small tables and models of them, made once for all tests.</summary>
internal static class Trained
{
    public static string Folder { get; } = Directory.CreateTempSubdirectory("mlpipes-cli-").FullName;

    public static string Binary { get; } = Write("binary.csv", 240, "size,color,note,label", (i, r) => $"{Figure(r)},{(r.Next(2) == 0 ? "red" : "blue")},\"n {i}, \"\"q\"\"\",{(i % 3 == 0 ? "yes" : "no")}");

    public static string Numbers { get; } = Write("numbers.csv", 240, "a,b,price", (i, r) => $"{Figure(r)},{i % 7},{((i % 7) * 2.5 + r.NextDouble()).ToString("0.00", CultureInfo.InvariantCulture)}");

    public static string Several { get; } = Write("several.csv", 240, "a,b,kind", (i, r) => $"{((i % 3) + r.NextDouble()).ToString("0.000", CultureInfo.InvariantCulture)},{Figure(r)},{"abc"[i % 3]}");

    public static Lazy<CliRun> BinaryTraining { get; } = new(() => Train(Binary, "label", "--test", Binary));

    public static Lazy<CliRun> NumbersTraining { get; } = new(() => Train(Numbers, "price", "--test", Numbers));

    public static Lazy<CliRun> SeveralTraining { get; } = new(() => Train(Several, "kind", "--test", Several));

    public static string BinaryModel => ModelOf(BinaryTraining.Value);

    public static string NumbersModel => ModelOf(NumbersTraining.Value);

    public static string SeveralModel => ModelOf(SeveralTraining.Value);

    public static string FileOf(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }

    private static CliRun Train(string data, string label, params string[] more) => CliRun.Of(["train", data, "--label", label, "--trials", "2", "--seed", "1", "--threads", "2",
        "--out", Path.ChangeExtension(data, ".zip"), "--json", .. more]);

    private static string ModelOf(CliRun training)
    {
        Assert.AreEqual(0, training.Code, training.Error);
        return training.Json.GetProperty("model").GetString()!;
    }

    private static string Write(string name, int rows, string header, Func<int, Random, string> row)
    {
        Random random = new(5);
        StringBuilder text = new StringBuilder(header).Append('\n');
        for (int i = 0; i < rows; i++) text.Append(row(i, random)).Append('\n');
        return FileOf(name, text.ToString());
    }

    private static string Figure(Random random) => random.NextDouble().ToString("0.000", CultureInfo.InvariantCulture);
}
