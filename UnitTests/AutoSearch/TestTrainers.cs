using MLPipes.Pipelines;

namespace MLPipes.Tests;

/// <summary>Small trainers whose behaviour tests decide.</summary>
internal static class TestTrainers
{
    public static TrainerEntry Entry<T>() where T : class, ITrainer<T>, new() => new(T.Card, typeof(T), () => new T(), shape => T.Space(shape));

    public static readonly MLTask[] AllTasks = [MLTask.Binary, MLTask.Multiclass, MLTask.Regression];

    public static LinearModel Constant(TrainingSet data)
    {
        int outputs = data.Shape.Outputs;
        float[] biases = new float[outputs];
        double total = 0;
        double[] sums = new double[outputs];
        for (int i = 0; i < data.Rows; i++)
        {
            double weight = data.IsWeighted ? data.Weights[i] : 1;
            total += weight;
            if (data.Task == MLTask.Multiclass) sums[(int)data.Labels[i]] += weight;
            else sums[0] += weight * data.Labels[i];
        }
        for (int k = 0; k < outputs; k++)
        {
            double mean = sums[k] / total, share = Math.Clamp(mean, 1e-3, 1 - 1e-3);
            biases[k] = (float)(data.Task switch { MLTask.Regression => mean, MLTask.Binary => Math.Log(share / (1 - share)), _ => Math.Log(share) });
        }
        return new LinearModel(new float[outputs * data.Features.Width], biases, Link(data.Task));
    }

    public static ILink Link(MLTask task) => task switch { MLTask.Binary => new LogisticLink(), MLTask.Multiclass => new SoftmaxLink(), _ => new IdentityLink() };
}

internal sealed record ConstantTrainer : ITrainer<ConstantTrainer>
{
    public static TrainerCard Card { get; } = new("test-constant", "Predicts the mean.", TestTrainers.AllTasks) { IsBaseline = true, UsesWeights = true };

    public static SearchSpace<ConstantTrainer> Space(DataShape data) => new();

    public CostHint Cost(DataShape data) => new(data.Rows, 1024);

    public IModel Fit(TrainingSet data, FitContext context) => TestTrainers.Constant(data);
}

/// <summary>Gradient descent on log-loss or squared error, with a rate and steps to tune.</summary>
internal sealed record DescentTrainer : ITrainer<DescentTrainer>, IRoundTrainer
{
    public int RoundsOf(IModel model) => Steps;

    public ITrainer WithRounds(int rounds) => this with { Steps = rounds };

    public double Rate { get; init; } = 0.1;

    public int Steps { get; init; } = 20;

    public static TrainerCard Card { get; } = new("test-descent", "Gradient descent.", TestTrainers.AllTasks) { KeepsPartial = true, StopsEarly = true, UsesWeights = true };

    public static SearchSpace<DescentTrainer> Space(DataShape data) => new SearchSpace<DescentTrainer>()
        .Log(nameof(Rate), 1e-3, 1, 0.1, (t, v) => t with { Rate = v })
        .LogInteger(nameof(Steps), 1, 200, 20, (t, v) => t with { Steps = v });

    public CostHint Cost(DataShape data) => new((double)Steps * data.StoredValues * data.Outputs, 1024);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        int width = data.Features.Width, outputs = data.Shape.Outputs;
        float[] weights = new float[width * outputs], biases = TestTrainers.Constant(data).Biases.ToArray();
        float[] scores = new float[outputs];
        ILink link = TestTrainers.Link(data.Task);
        for (int step = 0; step < Steps && !context.IsOutOfTime; step++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            float[] gradient = new float[weights.Length], biasGradient = new float[outputs];
            for (int row = 0; row < data.Rows; row++)
            {
                FeatureRow x = data.Features.Row(row);
                new LinearModel(weights, biases, null).Score(x, scores);
                link.Apply(scores, outputs);
                for (int k = 0; k < outputs; k++)
                {
                    float truth = data.Task == MLTask.Multiclass ? (data.Labels[row] == k ? 1 : 0) : data.Labels[row];
                    float error = (scores[k] - truth) * (data.IsWeighted ? data.Weights[row] : 1);
                    biasGradient[k] += error;
                    for (int j = 0; j < width; j++) gradient[(k * width) + j] += error * (float.IsNaN(x.Values[j]) ? 0 : x.Values[j]);
                }
            }
            for (int i = 0; i < weights.Length; i++) weights[i] -= (float)(Rate * gradient[i] / data.Rows);
            for (int k = 0; k < outputs; k++) biases[k] -= (float)(Rate * biasGradient[k] / data.Rows);
        }
        return new LinearModel(weights, biases, link);
    }
}

/// <summary>Notes in its models how many rows it saw; takes a second of a clock that is moved by hand.</summary>
internal sealed record CountingTrainer : ITrainer<CountingTrainer>
{
    public double Rate { get; init; } = 0.1;

    public static TrainerCard Card { get; } = new("test-counting", "Notes how many rows it saw.", TestTrainers.AllTasks);

    public static SearchSpace<CountingTrainer> Space(DataShape data) => new SearchSpace<CountingTrainer>().Log(nameof(Rate), 1e-2, 1, 0.1, (t, v) => t with { Rate = v });

    public CostHint Cost(DataShape data) => new(data.StoredValues, 1024);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        (context.Time as ManualTime)?.Advance(TimeSpan.FromSeconds(1));
        return new CountedModel(new DescentTrainer { Rate = Rate }.Fit(data, context), data.Rows);
    }
}

internal sealed class CountedModel(IModel model, int rows) : IModel
{
    public int Rows => rows;

    public int FeatureCount => model.FeatureCount;

    public int OutputCount => model.OutputCount;

    public ILink? Link => model.Link;

    public void Score(FeatureRow row, Span<float> scores) => model.Score(row, scores);

    public void Write(PlainWriter writer) => model.Write(writer);
}

internal sealed record CrashingTrainer : ITrainer<CrashingTrainer>
{
    public static TrainerCard Card { get; } = new("test-crashing", "Always fails.", TestTrainers.AllTasks);

    public static SearchSpace<CrashingTrainer> Space(DataShape data) => new();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context) => throw new DivideByZeroException("as it always does");
}

internal sealed record HugeTrainer : ITrainer<HugeTrainer>
{
    public static TrainerCard Card { get; } = new("test-huge", "Takes more memory than there is.", TestTrainers.AllTasks);

    public static SearchSpace<HugeTrainer> Space(DataShape data) => new();

    public CostHint Cost(DataShape data) => new(1, 1L << 50);

    public IModel Fit(TrainingSet data, FitContext context) => TestTrainers.Constant(data);
}

/// <summary>Never ends by itself: waits for cancellation.</summary>
internal sealed record EndlessTrainer : ITrainer<EndlessTrainer>
{
    public static TrainerCard Card { get; } = new("test-endless", "Never ends by itself.", TestTrainers.AllTasks);

    public static SearchSpace<EndlessTrainer> Space(DataShape data) => new();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        context.Cancel.WaitHandle.WaitOne(TimeSpan.FromSeconds(60));
        context.Cancel.ThrowIfCancellationRequested();
        return TestTrainers.Constant(data);
    }
}

/// <summary>Predicts NaN.</summary>
internal sealed record NaNTrainer : ITrainer<NaNTrainer>
{
    public static TrainerCard Card { get; } = new("test-nan", "Predicts NaN.", TestTrainers.AllTasks);

    public static SearchSpace<NaNTrainer> Space(DataShape data) => new();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        int outputs = data.Shape.Outputs;
        float[] biases = new float[outputs];
        Array.Fill(biases, float.NaN);
        return new LinearModel(new float[outputs * data.Features.Width], biases, TestTrainers.Link(data.Task));
    }
}

/// <summary>Gradient descent whose model takes a millisecond for each row that it scores.</summary>
internal sealed record SlowScoringTrainer : ITrainer<SlowScoringTrainer>
{
    public double Rate { get; init; } = 0.1;

    public static TrainerCard Card { get; } = new("test-slow-scoring", "Scores slowly.", TestTrainers.AllTasks) { KeepsPartial = true };

    public static SearchSpace<SlowScoringTrainer> Space(DataShape data) => new SearchSpace<SlowScoringTrainer>().Log(nameof(Rate), 1e-3, 1, 0.1, (t, v) => t with { Rate = v });

    public CostHint Cost(DataShape data) => new(data.StoredValues, 1024);

    public IModel Fit(TrainingSet data, FitContext context) => new SlowModel(new DescentTrainer { Rate = Rate }.Fit(data, context));

    private sealed class SlowModel(IModel inner) : IModel
    {
        public int FeatureCount => inner.FeatureCount;

        public int OutputCount => inner.OutputCount;

        public ILink? Link => inner.Link;

        public void Score(FeatureRow row, Span<float> scores)
        {
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            while (System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds < 1) { }
            inner.Score(row, scores);
        }

        public void Write(PlainWriter writer) => inner.Write(writer);
    }
}
