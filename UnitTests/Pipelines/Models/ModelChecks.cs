using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

/// <summary>What every model kind must hold, whatever it scores by.</summary>
internal static class ModelChecks
{
    public static float ScoreOne(IModel model, params float[] row) => Scores(model, row)[0];

    public static float[] Scores(IModel model, float[] row)
    {
        float[] scores = new float[model.OutputCount];
        model.Score(new FeatureRow(row), scores);
        return scores;
    }

    public static byte[] Save(IPlainPart part)
    {
        MemoryStream stream = new();
        new PlainWriter(stream).Part(part);
        return stream.ToArray();
    }

    public static T Load<T>(byte[] bytes) where T : class, IPlainPart
    {
        PlainReader reader = new(bytes, "test");
        T part = reader.Part<T>();
        return reader.IsAtEnd ? part : throw reader.Damaged("something follows the part");
    }

    /// <summary>Changes, cuts and lengthens bytes at random: reading gives a part that works, or says that the file is damaged.</summary>
    public static void DamagedBytesGiveAPartOrABundleException<T>(byte[] bytes, int times, Action<T> use) where T : class, IPlainPart
    {
        Random random = new(11);
        for (int i = 0; i < times; i++)
        {
            byte[] damaged = Damage(bytes, random);
            T part;
            try
            {
                part = Load<T>(damaged);
            }
            catch (BundleException)
            {
                continue;
            }
            use(part);
        }
    }

    /// <summary>Save/load, batch, sparse rows, threads, allocation and damage, over rows of <paramref name="values"/> with some zeros.</summary>
    public static void Holds(IModel model, float[] values, int damages = 5_000)
    {
        FeatureMatrix dense = FeatureMatrix.Dense(values, model.FeatureCount);
        float[] single = SingleScores(model, dense);

        FeatureMatrix sparse = Sparse(dense);
        byte[] bytes = Save(model);
        IModel loaded = Load<IModel>(bytes);

        CollectionAssert.AreEqual(single, Batches(model, dense), "batch equals single");
        CollectionAssert.AreEqual(SingleScores(model, sparse), Batches(model, sparse), "batch equals single, sparse");
        AssertNear(single, SingleScores(model, sparse));
        CollectionAssert.AreEqual(single, model.ScoreAll(dense, threads: 1), "one thread");
        CollectionAssert.AreEqual(single, model.ScoreAll(dense, threads: 4), "four threads");
        CollectionAssert.AreEqual(single, SingleScores(loaded, dense), "loaded equals saved");
        CollectionAssert.AreEqual(model.PredictAll(dense), loaded.PredictAll(dense), "loaded link equals saved");
        CollectionAssert.AreEqual(bytes, Save(loaded), "saved again");
        ScoresWithoutAllocating(model, dense);
        ScoresWithoutAllocating(model, sparse);
        DamagedBytesGiveAPartOrABundleException<IModel>(bytes, damages, Exercise);
    }

    public static FeatureMatrix Sparse(FeatureMatrix dense)
    {
        List<float> values = [];
        List<int> indices = [], starts = [0];
        for (int row = 0; row < dense.Rows; row++)
        {
            ReadOnlySpan<float> cells = dense.Row(row).Values;
            for (int i = 0; i < cells.Length; i++)
            {
                if (cells[i] == 0) continue;
                values.Add(cells[i]);
                indices.Add(i);
            }
            starts.Add(values.Count);
        }
        return FeatureMatrix.Sparse([.. values], [.. indices], [.. starts], dense.Features);
    }

    private static float[] SingleScores(IModel model, FeatureMatrix rows)
    {
        float[] scores = new float[rows.Rows * model.OutputCount];
        for (int row = 0; row < rows.Rows; row++) model.Score(rows.Row(row), scores.AsSpan(row * model.OutputCount, model.OutputCount));
        return scores;
    }

    // In pieces of many lengths, so that whatever a kernel does with a rest is seen.
    private static float[] Batches(IModel model, FeatureMatrix rows)
    {
        float[] scores = new float[rows.Rows * model.OutputCount];
        for (int start = 0, piece = 1; start < rows.Rows; start += piece, piece = (piece * 2) + 1)
        {
            piece = Math.Min(piece, rows.Rows - start);
            model.ScoreBatch(rows, start, piece, scores.AsSpan(start * model.OutputCount, piece * model.OutputCount));
        }
        return scores;
    }

    private static void ScoresWithoutAllocating(IModel model, FeatureMatrix rows)
    {
        float[] scores = new float[model.OutputCount];
        for (int i = 0; i < 40; i++) Run();

        Assert.AreEqual(0, Allocated.By(Run), "allocated bytes");

        void Run()
        {
            for (int row = 0; row < rows.Rows; row++)
            {
                model.Score(rows.Row(row), scores);
                model.Link?.Apply(scores, scores.Length);
            }
        }
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            if (!expected[i].Equals(actual[i])) Assert.AreEqual(expected[i], actual[i], 1e-5f * (1 + MathF.Abs(expected[i])), $"score {i}, sparse against dense");
    }

    private static void Exercise(IModel model)
    {
        if (model.FeatureCount is 0 or > 10_000 || model.OutputCount > 10_000) return;
        float[] values = new float[model.FeatureCount * 19];
        Random random = new(7);
        for (int i = 0; i < values.Length; i++) values[i] = random.Next(8) switch { 0 => float.NaN, 1 => 0, 2 => float.PositiveInfinity, 3 => -1e30f, _ => random.Next(-5, 100) * 0.37f };
        FeatureMatrix rows = FeatureMatrix.Dense(values, model.FeatureCount);
        _ = model.PredictAll(rows, threads: 1);
        _ = SingleScores(model, Sparse(rows));
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        byte[] damaged = [.. bytes];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(damaged.Length);
            switch (random.Next(6))
            {
                case 0: damaged[at] = (byte)random.Next(256); break;
                case 1: damaged[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: damaged[at] = random.Next(2) == 0 ? (byte)0 : (byte)255; break;
                case 3 when damaged.Length > 8:
                    BitConverter.TryWriteBytes(damaged.AsSpan(Math.Min(at, damaged.Length - 4)), random.Next(-3, 300));
                    break;
                case 4 when damaged.Length > 8: damaged = damaged[..Math.Max(1, at)]; break;
                default: damaged = [.. damaged, (byte)random.Next(256)]; break;
            }
        }
        return damaged;
    }
}
