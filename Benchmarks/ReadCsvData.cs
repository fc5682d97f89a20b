using System.Globalization;

namespace MLPipes.Benchmarks;

/// <summary>The file of <see cref="ReadCsvBenchmark"/>: numbers, categories, codes, dates and short notes, some of them quoted or missing.</summary>
internal static class ReadCsvData
{
    private static readonly string[] colors = ["red", "green", "blue", "yellow", "black", "white", "purple"];
    private static readonly string[] plans = ["free", "basic", "premium", "enterprise"];
    private static readonly string[] words =
        ["order", "arrived", "late", "and", "the", "box", "was", "open", "customer", "called", "twice", "about", "refund", "no", "answer", "yet", "good", "service", "again", "thanks"];

    public static void Write(string path, int rows)
    {
        Random random = new(1);
        using StreamWriter writer = new(path);
        writer.WriteLine("id,price,x1,x2,x3,x4,count,age,score,color,country,plan,sku,day,note");
        for (int i = 0; i < rows; i++)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture,
                $"{i + 1},{random.NextDouble() * 1000:F2},{random.NextDouble():F6},{random.NextDouble() * 10:F5},{random.NextDouble() - 0.5:F6},"));
            writer.Write(random.Next(20) == 0 ? "," : string.Create(CultureInfo.InvariantCulture, $"{random.NextDouble() * 1e4:F3},"));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{random.Next(1000)},{random.Next(18, 90)},{random.NextDouble() * 5:F4},"));
            writer.Write($"{colors[random.Next(colors.Length)]},country-{random.Next(120)},{plans[random.Next(plans.Length)]},SKU{random.Next(50_000):D6},");
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{new DateTime(2015, 1, 1).AddMinutes(random.Next(5_000_000)):yyyy-MM-dd HH:mm:ss},"));
            bool isQuoted = random.Next(3) == 0;
            if (isQuoted) writer.Write('"');
            for (int w = random.Next(3, 10); w > 0; w--) writer.Write(words[random.Next(words.Length)] + (w > 1 ? isQuoted && w == 3 ? ", " : " " : ""));
            writer.Write(isQuoted ? "\"\n" : "\n");
        }
    }
}
