using MLPipes.Pipelines;

namespace MLPipes.Conformance.Tests;

/// <summary>Small generated training sets that meet a trainer's needs.</summary>
internal static class Tiny
{
    private const int Quantities = 5;
    private const int Levels = 6;

    /// <summary>Rows with five quantities and, where the trainer can read them, one category; the label follows them with some noise.</summary>
    public static TrainingSet For(TrainerCard card, MLTask task, int rows = 300, int seed = 1, bool sparse = false) =>
        For(card.Needs, task, rows, seed, sparse);

    public static TrainingSet For(Needs needs, MLTask task, int rows, int seed = 1, bool sparse = false)
    {
        if (needs.AreIds()) return TinyText.For(task, rows, seed, sparse);
        bool codes = !needs.HasFlag(Needs.NumericOnly);
        int width = Quantities + (codes ? 1 : 0);
        Random random = new(seed);
        float[] x = new float[rows * width];
        float[] y = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = x.AsSpan(r * width, width);
            for (int j = 0; j < Quantities; j++) row[j] = (float)((random.NextDouble() * 2) - 1);
            int level = random.Next(Levels);
            double signal = (2 * row[0]) - (1.5 * row[1]) + (row[2] > 0 ? 1 : -1) + (0.2 * (random.NextDouble() - 0.5));
            if (codes)
            {
                row[Quantities] = level;
                signal += level % 2 == 0 ? 0.7 : -0.7;
            }
            y[r] = task switch
            {
                MLTask.Binary => signal > 0 ? 1 : 0,
                MLTask.Multiclass => signal < -1 ? 0 : signal < 1 ? 1 : 2,
                _ => (float)(signal + 6),
            };
            if (!needs.HasFlag(Needs.NoMissing) && !sparse && r % 17 == 3) row[3] = float.NaN;
            if (sparse) row[4] = r % 3 == 0 ? row[4] : 0;
        }
        return new TrainingSet(Matrix(x, width, codes, sparse), new Target("label", task, y, Classes(task)));
    }

    internal static IReadOnlyList<string> Classes(MLTask task) => task switch
    {
        MLTask.Binary => ["no", "yes"],
        MLTask.Multiclass => ["low", "mid", "high"],
        _ => [],
    };

    private static FeatureMatrix Matrix(float[] x, int width, bool codes, bool sparse)
    {
        FeatureInfo[] features = Enumerable.Range(0, width)
            .Select(j => j < Quantities ? new FeatureInfo($"q{j}", $"q{j}") : new FeatureInfo("level", "level", Levels)).ToArray();
        if (codes && features.Length != Quantities + 1) throw new InvalidOperationException("The category feature is missing.");
        return Matrix(x, features, sparse);
    }

    internal static FeatureMatrix Matrix(float[] x, FeatureInfo[] features, bool sparse)
    {
        if (!sparse) return FeatureMatrix.Dense(x, features);
        int width = features.Length;
        List<float> values = [];
        List<int> indices = [];
        List<int> starts = [0];
        for (int r = 0; r < x.Length / width; r++)
        {
            for (int j = 0; j < width; j++)
            {
                if (x[(r * width) + j] == 0) continue;
                values.Add(x[(r * width) + j]);
                indices.Add(j);
            }
            starts.Add(values.Count);
        }
        return FeatureMatrix.Sparse([.. values], [.. indices], [.. starts], features);
    }
}
