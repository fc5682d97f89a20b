using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

/// <summary>Small made-up columns of every kind, and labels.</summary>
internal static class Tiny
{
    public const int Rows = 400;

    private static readonly string[] words = ["the", "good", "bad", "Film", "plot", "was", "never", "always", "great", "dull", "很好", "不好", "naïve", "2024", "it's"];

    public static NumberColumn Numbers(string name = "n", int rows = Rows, double missing = 0.1, bool skewed = false, int seed = 1)
    {
        Random random = new(seed);
        float[] values = new float[rows];
        for (int i = 0; i < rows; i++)
        {
            double u = random.NextDouble();
            if (skewed && i == rows / 2) values[i] = 1e6f;
            else values[i] = random.NextDouble() < missing ? float.NaN : (float)(skewed ? Math.Exp(6 * u) : 10 + (5 * u));
        }
        return new NumberColumn(name, values);
    }

    public static CategoryColumn Categories(string name = "c", int rows = Rows, int levels = 6, double missing = 0.05, int seed = 2)
    {
        Random random = new(seed);
        string[] texts = [.. Enumerable.Range(0, levels).Select(i => $"level {i:000000}")];
        int[] codes = new int[rows];
        for (int i = 0; i < rows; i++) codes[i] = random.NextDouble() < missing ? -1 : (int)(levels * random.NextDouble() * random.NextDouble());
        return new CategoryColumn(name, codes, texts);
    }

    public static BooleanColumn Booleans(string name = "b", int rows = Rows, int seed = 3)
    {
        Random random = new(seed);
        byte[] values = new byte[rows];
        for (int i = 0; i < rows; i++) values[i] = (byte)(random.Next(10) == 0 ? 2 : random.Next(2));
        return new BooleanColumn(name, values);
    }

    public static DateColumn Dates(string name = "d", int rows = Rows, int seed = 4)
    {
        Random random = new(seed);
        long[] ticks = new long[rows];
        for (int i = 0; i < rows; i++)
            ticks[i] = random.Next(12) == 0 ? DateColumn.Missing : new DateTime(2020, 1, 1).AddMinutes(random.Next(2_000_000)).Ticks;
        return new DateColumn(name, ticks);
    }

    public static TextColumn Texts(string name = "t", int rows = Rows, int seed = 5)
    {
        Random random = new(seed);
        ReadOnlyMemory<char>[] cells = new ReadOnlyMemory<char>[rows];
        for (int i = 0; i < rows; i++)
            cells[i] = random.Next(15) == 0 ? default : string.Join(' ', Enumerable.Range(0, 1 + random.Next(12)).Select(_ => words[random.Next(words.Length)])).AsMemory();
        return new TextColumn(name, cells);
    }

    public static VectorColumn Vectors(string name = "v", int rows = Rows, int width = 3, int seed = 6)
    {
        Random random = new(seed);
        return new VectorColumn(name, [.. Enumerable.Range(0, rows * width).Select(_ => (float)random.NextDouble())], width);
    }

    public static IntegerColumn Integers(string name = "i", int rows = Rows, int levels = 20, int seed = 7)
    {
        Random random = new(seed);
        return new IntegerColumn(name, [.. Enumerable.Range(0, rows).Select(_ => random.Next(15) == 0 ? IntegerColumn.Missing : 10_000_000_000 + random.Next(levels))]);
    }

    public static Target Label(MLTask task, int rows = Rows, int seed = 8)
    {
        Random random = new(seed);
        float[] values = [.. Enumerable.Range(0, rows).Select(_ => task switch
        {
            MLTask.Regression => (float)(100 * random.NextDouble()),
            MLTask.Binary => random.Next(2),
            _ => random.Next(3),
        })];
        string[] classes = task switch { MLTask.Regression => [], MLTask.Binary => ["no", "yes"], _ => ["a", "b", "c"] };
        return new Target("label", task, values, classes);
    }

    public static Table Mixed(int rows = Rows) => new(
    [
        Numbers("plain", rows, missing: 0), Numbers("gaps", rows, seed: 11), Numbers("skewed", rows, skewed: true, seed: 12), Integers("code", rows),
        Vectors("vector", rows), Booleans("flag", rows), Categories("city", rows), Categories("many", rows, levels: 120, seed: 13), Dates("when", rows), Texts("note", rows),
    ]);

    public static Roles MixedRoles { get; } = new()
    {
        ByColumn = new Dictionary<string, ColumnRole>
        {
            ["plain"] = ColumnRole.Number, ["gaps"] = ColumnRole.Number, ["skewed"] = ColumnRole.Number, ["code"] = ColumnRole.Category, ["vector"] = ColumnRole.Number,
            ["flag"] = ColumnRole.Category, ["city"] = ColumnRole.Category, ["many"] = ColumnRole.Category, ["when"] = ColumnRole.Date, ["note"] = ColumnRole.Text,
        },
    };

    /// <summary>Columns of each storage kind that a role may sit on.</summary>
    public static IEnumerable<Column> For(ColumnRole role, int rows = Rows) => role switch
    {
        ColumnRole.Number => [Numbers(rows: rows), Numbers("skewed", rows, skewed: true), Numbers("whole", rows, 0), Booleans(rows: rows), Integers(rows: rows), Vectors(rows: rows)],
        ColumnRole.Category => [Categories(rows: rows), Categories("many", rows, levels: Math.Max(2, rows / 3)), Booleans(rows: rows), Integers(rows: rows), AsText(Categories("text", rows)), Whole(rows)],
        ColumnRole.Date => [Dates(rows: rows)],
        _ => [Texts(rows: rows), AsCategories(Texts("texts", rows))],
    };

    public static TextColumn AsText(Column column) =>
        new(column.Name, [.. Enumerable.Range(0, column.Count).Select(i => (column.TextAt(i) ?? "").AsMemory())]);

    public static CategoryColumn AsCategories(Column column)
    {
        string?[] texts = [.. Enumerable.Range(0, column.Count).Select(column.TextAt)];
        string[] levels = [.. texts.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return new CategoryColumn(column.Name, [.. texts.Select(t => t is null ? -1 : Array.IndexOf(levels, t))], levels);
    }

    private static NumberColumn Whole(int rows)
    {
        Random random = new(9);
        return new NumberColumn("digit", [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(5))]);
    }
}
