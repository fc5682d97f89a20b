using Microsoft.ML;

namespace MLPipes.Tests.Auto;

/// <summary>Small data views as ML.NET users have them.</summary>
internal static class Views
{
    public static IDataView Binary(MLContext context, int rows, int seed = 3) => context.Data.LoadFromEnumerable(Rows(rows, seed).ToArray());

    public static IEnumerable<HouseRow> Rows(int rows, int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < rows; i++)
        {
            float size = (float)random.NextDouble() * 4, age = (float)random.NextDouble() * 50;
            string kind = random.Next(3) switch { 0 => "flat", 1 => "house", _ => "loft" };
            double price = (3 * size) - (0.05 * age) + (kind == "loft" ? 2 : 0) + random.NextDouble();
            yield return new HouseRow { Size = random.Next(20) == 0 ? float.NaN : size, Age = age, Kind = kind, IsDear = price > 6, Price = (float)price, Group = $"g{i % 17}", Class = price < 4 ? "low" : price < 8 ? "mid" : "high" };
        }
    }
}

public sealed class HouseRow
{
    public float Size { get; set; }

    public float Age { get; set; }

    public string Kind { get; set; } = "";

    public bool IsDear { get; set; }

    public float Price { get; set; }

    public string Class { get; set; } = "";

    public string Group { get; set; } = "";
}

public sealed class DearPrediction
{
    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }
}
