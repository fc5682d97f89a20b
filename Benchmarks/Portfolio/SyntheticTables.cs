using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>Tables with a known structure, each a kind of its own, so that an order learned on them does not follow the taste of a few real ones. Seeds are fixed.</summary>
internal static class SyntheticTables
{
    private const int Rows = 3_000;

    /// <summary>The names of the tables with what they are.</summary>
    public static IReadOnlyDictionary<string, (string Summary, Func<Random, Table> Make)> All { get; } = new Dictionary<string, (string, Func<Random, Table>)>(StringComparer.Ordinal)
    {
        ["sparse-linear"] = ("binary; 5 of 30 numbers, linear, noisy", r => Numbers(r, Rows, 30, x => Sign(x[0] - x[1] + (0.8 * x[2]) + (0.5 * x[3]) - (0.3 * x[4]) + (1.2 * Normal(r))))),
        ["interactions"] = ("binary; products of pairs among 10 numbers", r => Numbers(r, Rows, 10, x => Sign((x[0] * x[1]) + (x[2] * x[3]) + (0.5 * Normal(r))))),
        ["rules"] = ("5 classes; nested thresholds on 8 numbers", r => Numbers(r, Rows, 8, x => Class((x[0] > 0 ? (x[1] > 0.5 ? 0 : 1) : x[2] > -0.3 ? (x[3] > 0 ? 2 : 3) : 4, r, 5, 0.1)))),
        ["clusters"] = ("6 classes; two Gaussian clusters a class, 12 numbers", Clusters),
        ["rings"] = ("3 classes; distance from the centre in 5 of 10 numbers", r => Numbers(r, Rows, 10, x => { double d = Math.Sqrt(Squares(x, 5)) + (0.2 * Normal(r)); return Class((d < 1.8 ? 0 : d < 2.4 ? 1 : 2, r, 3, 0.02)); })),
        ["additive"] = ("regression; smooth functions of 6 of 12 numbers", r => Numbers(r, Rows, 12, x => Math.Sin(2 * x[0]) + (x[1] * x[1]) - Math.Abs(x[2]) + Math.Exp(x[3] / 2) + (0.5 * x[4]) + Math.Cos(3 * x[5]) + (0.5 * Normal(r)))),
        ["friedman"] = ("regression; Friedman's first function (Annals of Statistics 19(1), 1991) of 5 of 10 numbers", r => Numbers(r, Rows, 10, x => { double U(int i) => (Math.Tanh(x[i]) + 1) / 2; return (10 * Math.Sin(Math.PI * U(0) * U(1))) + (20 * Math.Pow(U(2) - 0.5, 2)) + (10 * U(3)) + (5 * U(4)) + Normal(r); })),
        ["ratios"] = ("regression; ratios and differences of positive numbers", r => Numbers(r, Rows, 8, x => (Math.Exp(x[0]) / (0.5 + Math.Exp(x[1]))) + Math.Exp(x[2]) - Math.Exp(x[3]) + (0.3 * Normal(r)), positive: true)),
        ["network"] = ("regression; a random network of two layers over 15 numbers", r => { Func<double[], double> net = Network(r, 15, 24); return Numbers(r, Rows, 15, x => net(x) + (0.2 * Normal(r))); }),
        ["network-classes"] = ("binary; the sign of such a network", r => { Func<double[], double> net = Network(r, 20, 32); return Numbers(r, Rows, 20, x => Sign(net(x) + (0.4 * Normal(r)))); }),
        ["wide"] = ("binary; 300 rows of 120 numbers, 10 of them telling", r => Numbers(r, 300, 120, x => Sign(x.Take(10).Sum() + (1.5 * Normal(r))))),
        ["many-categories"] = ("regression; 4 columns of 5 to 400 categories with effects of their own, and 3 numbers", r => Categories(r, [5, 20, 80, 400], 3, isClass: false, crossed: false)),
        ["crossed-categories"] = ("binary; effects of pairs of categories, 6 columns, and 2 numbers", r => Categories(r, [4, 6, 8, 5, 12, 3], 2, isClass: true, crossed: true)),
        ["rare-and-missing"] = ("binary; 6 % positives, missing where it matters, 4 columns of categories and 10 numbers", RareAndMissing),
        ["heavy-tails"] = ("regression; linear in 15 numbers with noise of heavy tails", r => Numbers(r, 1_500, 15, x => (2 * x[0]) - x[1] + (0.5 * x[2] * x[3]) + (Normal(r) / Math.Max(0.2, Math.Abs(Normal(r)))))),
        ["counts"] = ("regression; counts whose rate is an exponential of 8 numbers", r => Numbers(r, 2_000, 8, x => Poisson(r, Math.Exp((0.6 * x[0]) - (0.4 * x[1]) + (0.3 * Math.Abs(x[2])))))),
    };

    /// <summary>The table called <paramref name="name"/>; its label is the column <c>label</c>.</summary>
    public static Table Make(string name) => All[name].Make(new Random(name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)) & int.MaxValue));

    /// <summary>A label given as text is a class.</summary>
    private static Table Numbers(Random random, int rows, int width, Func<double[], object> label, bool positive = false)
    {
        float[][] columns = [.. Enumerable.Range(0, width).Select(_ => new float[rows])];
        object[] labels = new object[rows];
        double[] x = new double[width];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < width; i++)
            {
                // Neighbours share a part, as columns of real tables do.
                x[i] = Normal(random) + (i % 3 == 2 ? 0.6 * x[i - 1] : 0);
                columns[i][row] = (float)(positive ? Math.Exp(x[i]) : x[i]);
            }
            labels[row] = label(x);
        }
        return new Table([.. columns.Select((c, i) => (Column)new NumberColumn($"x{i}", c)), Label(labels)]);
    }

    private static Table Clusters(Random random)
    {
        double[][] centers = [.. Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 12).Select(_ => 1.3 * Normal(random)).ToArray())];
        float[][] columns = [.. Enumerable.Range(0, 12).Select(_ => new float[Rows])];
        object[] labels = new object[Rows];
        for (int row = 0; row < Rows; row++)
        {
            int cluster = random.Next(12);
            for (int i = 0; i < 12; i++) columns[i][row] = (float)(centers[cluster][i] + (1.4 * Normal(random)));
            labels[row] = $"c{cluster % 6}";
        }
        return new Table([.. columns.Select((c, i) => (Column)new NumberColumn($"x{i}", c)), Label(labels)]);
    }

    private static Table Categories(Random random, int[] sizes, int numbers, bool isClass, bool crossed)
    {
        double[][] effects = [.. sizes.Select((n, i) => Enumerable.Range(0, crossed ? n * sizes[(i + 1) % sizes.Length] : n).Select(_ => Normal(random)).ToArray())];
        int[][] codes = [.. sizes.Select(_ => new int[Rows])];
        float[][] values = [.. Enumerable.Range(0, numbers).Select(_ => new float[Rows])];
        object[] labels = new object[Rows];
        for (int row = 0; row < Rows; row++)
        {
            // Some categories are frequent, most are rare.
            for (int i = 0; i < sizes.Length; i++) codes[i][row] = (int)(sizes[i] * Math.Pow(random.NextDouble(), 1.7));
            double score = crossed ? 0.8 * Normal(random) : 0.6 * Normal(random);
            for (int i = 0; i < sizes.Length; i++)
                score += crossed ? (i % 2 == 0 ? effects[i][(codes[i][row] * sizes[(i + 1) % sizes.Length]) + codes[(i + 1) % sizes.Length][row]] : 0) : effects[i][codes[i][row]];
            for (int i = 0; i < numbers; i++)
            {
                values[i][row] = (float)Normal(random);
                score += 0.5 * values[i][row];
            }
            labels[row] = isClass ? Sign(score) : score;
        }
        return new Table([.. codes.Select((c, i) => (Column)new CategoryColumn($"k{i}", c, [.. Enumerable.Range(0, sizes[i]).Select(v => $"v{v}")])),
            .. values.Select((c, i) => (Column)new NumberColumn($"x{i}", c)), Label(labels)]);
    }

    private static Table RareAndMissing(Random random)
    {
        float[][] values = [.. Enumerable.Range(0, 10).Select(_ => new float[Rows])];
        int[][] codes = [.. Enumerable.Range(0, 4).Select(_ => new int[Rows])];
        object[] labels = new object[Rows];
        for (int row = 0; row < Rows; row++)
        {
            double score = -3.6 + Normal(random);
            for (int i = 0; i < 4; i++)
            {
                codes[i][row] = random.Next(-1, 4 + (3 * i));
                score += codes[i][row] < 0 ? 0.7 : codes[i][row] % 3 == 0 ? 0.5 : 0;
            }
            for (int i = 0; i < 10; i++)
            {
                double x = Normal(random);
                bool isMissing = i < 5 && random.NextDouble() < (x > 0.5 ? 0.5 : 0.1);
                values[i][row] = isMissing ? float.NaN : (float)x;
                if (i < 6) score += (isMissing ? 0.8 : 0) + (i % 2 == 0 ? 0.5 * x : x * x * 0.3);
            }
            labels[row] = Sign(score);
        }
        return new Table([.. codes.Select((c, i) => (Column)new CategoryColumn($"k{i}", c, [.. Enumerable.Range(0, 4 + (3 * i)).Select(v => $"v{v}")])),
            .. values.Select((c, i) => (Column)new NumberColumn($"x{i}", c)), Label(labels)]);
    }

    private static Column Label(object[] labels)
    {
        if (labels[0] is double or int) return new NumberColumn("label", [.. labels.Select(l => (float)Convert.ToDouble(l, System.Globalization.CultureInfo.InvariantCulture))]);
        string[] names = [.. labels.Cast<string>().Distinct().Order(StringComparer.Ordinal)];
        return new CategoryColumn("label", [.. labels.Select(l => Array.IndexOf(names, (string)l))], names);
    }

    private static Func<double[], double> Network(Random random, int inputs, int units)
    {
        double[][] first = [.. Enumerable.Range(0, units).Select(_ => Enumerable.Range(0, inputs + 1).Select(_ => Normal(random) / Math.Sqrt(inputs) * 1.5).ToArray())];
        double[][] second = [.. Enumerable.Range(0, units).Select(_ => Enumerable.Range(0, units).Select(_ => Normal(random) / Math.Sqrt(units) * 1.5).ToArray())];
        double[] last = [.. Enumerable.Range(0, units).Select(_ => Normal(random) / Math.Sqrt(units) * 2)];
        return x =>
        {
            double[] hidden = [.. first.Select(w => Math.Tanh(w[inputs] + Enumerable.Range(0, inputs).Sum(i => w[i] * x[i])))];
            return Enumerable.Range(0, units).Sum(u => last[u] * Math.Tanh(Enumerable.Range(0, units).Sum(i => second[u][i] * hidden[i]) * 2));
        };
    }

    private static string Class((int Class, Random Random, int Classes, double Noise) of) => $"c{(of.Random.NextDouble() < of.Noise ? of.Random.Next(of.Classes) : of.Class)}";

    private static string Sign(double score) => score > 0 ? "yes" : "no";

    private static double Squares(double[] x, int first) => x.Take(first).Sum(v => v * v);

    private static int Poisson(Random random, double rate)
    {
        double limit = Math.Exp(-rate), product = random.NextDouble();
        int count = 0;
        for (; product > limit; count++) product *= random.NextDouble();
        return count;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
