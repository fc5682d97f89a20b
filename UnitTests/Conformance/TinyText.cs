using MLPipes.Pipelines;

namespace MLPipes.Conformance.Tests;

/// <summary>Small generated texts as token ids, two columns of them, with quantities beside them.</summary>
internal static class TinyText
{
    /// <summary>Number of words.</summary>
    internal const int Vocabulary = 60;

    private const int Title = 6;
    private const int Body = 14;
    private const int Quantities = 2;

    /// <summary>Texts of a few tokens, some without any; tokens speak for and against the label, a third of them says nothing.</summary>
    public static TrainingSet For(MLTask task, int rows, int seed, bool sparse)
    {
        const int Width = Title + Body + Quantities;
        Random random = new(seed);
        float[] x = new float[rows * Width], y = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = x.AsSpan(r * Width, Width);
            double signal = 0;
            for (int i = random.Next(Title + 1) - 1; i >= 0; i--) signal += 0.5 * Say(row, i, random);
            for (int i = r % 23 == 7 ? -1 : random.Next(3, Body); i >= 0; i--) signal += Say(row, Title + i, random);
            for (int q = 0; q < Quantities; q++) row[Title + Body + q] = (float)((random.NextDouble() * 2) - 1);
            signal += 1.5 * row[Title + Body];
            y[r] = task switch
            {
                MLTask.Binary => signal > 0 ? 1 : 0,
                MLTask.Multiclass => signal < -1.2 ? 0 : signal < 1.2 ? 1 : 2,
                _ => (float)(signal + 6),
            };
        }
        FeatureInfo[] features =
        [
            .. Enumerable.Range(0, Title).Select(i => new FeatureInfo($"title@{i}", "title") { IsTokenId = true }),
            .. Enumerable.Range(0, Body).Select(i => new FeatureInfo($"body@{i}", "body") { IsTokenId = true }),
            .. Enumerable.Range(0, Quantities).Select(i => new FeatureInfo($"q{i}", $"q{i}")),
        ];
        return new TrainingSet(Tiny.Matrix(x, features, sparse), new Target("label", task, y, Tiny.Classes(task)));
    }

    private static double Say(Span<float> row, int at, Random random)
    {
        int token = random.Next(Vocabulary);
        // Ids of an encoder's special tokens come before those of words.
        row[at] = EncoderFolder.Special.Count + token + 1;
        return (token % 3) switch { 0 => 1, 1 => -1, _ => 0 };
    }
}
