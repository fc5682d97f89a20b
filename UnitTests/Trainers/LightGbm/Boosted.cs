using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>Generated data and direct native calls for the boosting tests.</summary>
internal static class Boosted
{
    private const int Levels = 40;

    /// <summary>Six features: quantities with NaN and zeros, and a category with NaN; the label depends on all.</summary>
    public static TrainingSet Data(MLTask task, int rows, int seed, bool weighted = false)
    {
        Random random = new(seed);
        float[] x = new float[rows * 6], y = new float[rows], weights = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = x.AsSpan(r * 6, 6);
            for (int j = 0; j < 4; j++) row[j] = (float)((random.NextDouble() * 4) - 2);
            row[1] = random.Next(3) == 0 ? 0 : row[1];
            row[4] = random.Next(3);
            int level = random.Next(Levels);
            row[5] = level;
            double signal = row[0] + (row[1] * row[2]) + (level % 5 * 0.4) + (0.3 * random.NextDouble());
            if (r % 7 == 0) row[2] = float.NaN;
            if (r % 11 == 0) row[5] = float.NaN;
            y[r] = task switch { MLTask.Binary => signal > 0.8 ? 1 : 0, MLTask.Multiclass => signal < 0 ? 0 : signal < 1 ? 1 : signal < 2 ? 2 : 3, _ => (float)signal };
            weights[r] = (float)(0.5 + random.NextDouble());
        }
        FeatureInfo[] features = [.. Enumerable.Range(0, 6).Select(j => new FeatureInfo($"f{j}", $"f{j}", j == 5 ? Levels : 0))];
        string[] classes = task switch { MLTask.Binary => ["n", "y"], MLTask.Multiclass => ["a", "b", "c", "d"], _ => [] };
        return new TrainingSet(FeatureMatrix.Dense(x, features), new Target("y", task, y, classes), weighted ? weights : null);
    }

    /// <summary>Rows unlike any trained on: NaN everywhere, zeros of both signs, far values, unknown and broken category codes.</summary>
    public static FeatureMatrix Odd(FeatureMatrix like)
    {
        float[] odd = [float.NaN, 0, -0f, 1e-38f, -1e-36f, float.MaxValue, float.MinValue, 1, -1, 0.5f, 39, 40, 63, 64, 1000, -5];
        float[] values = new float[200 * like.Width];
        Random random = new(1);
        for (int i = 0; i < values.Length; i++) values[i] = random.Next(2) == 0 ? odd[random.Next(odd.Length)] : like.Values[i];
        // A code beyond int's range is undefined in the native library; ours never makes one.
        for (int r = 0; r < 200; r++) if (Math.Abs(values[(r * like.Width) + 5]) > 1e6) values[(r * like.Width) + 5] = 7;
        return FeatureMatrix.Dense(values, like.Features);
    }

    public static FeatureMatrix Sparse(FeatureMatrix dense)
    {
        List<float> values = [];
        List<int> indices = [], starts = [0];
        for (int r = 0; r < dense.Rows; r++)
        {
            FeatureRow row = dense.Row(r);
            for (int j = 0; j < row.Width; j++)
            {
                if (row.Values[j] == 0) continue;
                values.Add(row.Values[j]);
                indices.Add(j);
            }
            starts.Add(values.Count);
        }
        return FeatureMatrix.Sparse([.. values], [.. indices], [.. starts], dense.Features);
    }

    public static unsafe DatasetHandle Bin(TrainingSet data, string extra)
    {
        DatasetHandle handle;
        string parameters = $"{extra} max_bin=255 feature_pre_filter=false data_random_seed=1 verbosity=-1 num_threads=2 categorical_feature=5";
        fixed (float* values = data.Features.Values)
            LightGbmNative.Check(LightGbmNative.DatasetFromDense(values, LightGbmNative.Float32, data.Rows, data.Features.Width, 1, parameters, 0, out handle));
        fixed (float* labels = data.Labels)
            LightGbmNative.Check(LightGbmNative.DatasetSetField(handle, "label", labels, data.Rows, LightGbmNative.Float32));
        if (!data.IsWeighted) return handle;
        fixed (float* weights = data.Weights)
            LightGbmNative.Check(LightGbmNative.DatasetSetField(handle, "weight", weights, data.Rows, LightGbmNative.Float32));
        return handle;
    }

    public static BoosterHandle Grow(LightGbm trainer, TrainingSet data, DatasetHandle bins, string extra, int rounds)
    {
        LightGbmLibrary.EnsureLoaded();
        BoostingObjective objective = LightGbmLabels.Resolve(trainer, data);
        double delta = trainer.HuberDelta * (objective == BoostingObjective.Huber ? LightGbmLabels.RobustDeviation(data.Labels) : 1);
        string parameters = $"{extra} {BoosterParameters.Of(trainer, objective, data.Shape, delta, seed: 2, threads: 2)}";
        LightGbmNative.Check(LightGbmNative.BoosterCreate(bins, parameters, out BoosterHandle booster));
        for (int i = 0; i < rounds; i++) LightGbmNative.Check(LightGbmNative.BoosterUpdate(booster, out _));
        return booster;
    }

    /// <summary>[rows × outputs].</summary>
    public static unsafe double[] NativeScores(BoosterHandle booster, FeatureMatrix rows, int outputs, bool raw, int iterations)
    {
        double[] scores = new double[rows.Rows * outputs];
        fixed (float* values = rows.Values)
        fixed (double* at = scores)
        {
            LightGbmNative.Check(LightGbmNative.BoosterPredictDense(booster, values, LightGbmNative.Float32, rows.Rows, rows.Width, 1, raw ? 1 : 0, 0, iterations,
                "num_threads=2 verbosity=-1", out long length, at));
            Assert.AreEqual(scores.Length, length);
        }
        return scores;
    }

    public static void AssertClose(double[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.IsLessThanOrEqualTo(1e-6 * Math.Max(1, Math.Abs(expected[i])), Math.Abs(expected[i] - actual[i]), $"row {i}: native {expected[i]:R}, ours {actual[i]:R}");
    }
}
