using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The state of a generalized additive model that is boosted feature by feature, round by round.</summary>
/// <remarks>
/// Each round takes gradients g and hessians h of the loss at the current scores, then visits the features in turn: a step function is
/// fitted to g by <see cref="StepFit"/>, added at the learning rate, and g follows it to first order, g − h · step. Sums run over fixed
/// chunks of rows, so that they do not depend on threads.
/// Sources: Lou, Caruana and Gehrke, KDD 2012; Nori, Jenkins, Koch and Caruana, arXiv 1909.09223, for the cycle over features.
/// </remarks>
internal sealed class AdditiveBoosting
{
    private const int ChunkRows = 16_384;

    private readonly TrainingSet data;
    // Null where time ran out before the feature was cut into bins; it then has no effect.
    private readonly BinnedFeature?[] features;
    private readonly int[] active;
    private readonly double[] scores, gradients, hessians;
    private readonly double[][] effects;
    private readonly double[] steps = new double[BinnedFeature.MaxBins + 1];
    private readonly double[][] chunkSums;
    private readonly ParallelOptions parallel;

    public AdditiveBoosting(TrainingSet data, int bins, FitContext context)
    {
        this.data = data;
        parallel = new ParallelOptions { MaxDegreeOfParallelism = context.Threads, CancellationToken = context.Cancel };
        features = new BinnedFeature[data.Features.Width];
        Parallel.For(0, features.Length, parallel, f =>
        {
            if (!context.IsOutOfTime) features[f] = BinnedFeature.From(Column(data.Features, f), data.Features.Features[f], bins);
        });
        active = [.. Enumerable.Range(0, features.Length).Where(f => features[f] is { IsConstant: false })];
        effects = [.. features.Select(f => f is null ? [] : new double[f.Bins + 1])];
        Intercept = Start(data);
        scores = new double[data.Rows];
        Array.Fill(scores, Intercept);
        gradients = new double[data.Rows];
        hessians = new double[data.Rows];
        chunkSums = new double[(data.Rows + ChunkRows - 1) / ChunkRows][];
        for (int c = 0; c < chunkSums.Length; c++) chunkSums[c] = new double[2 * (BinnedFeature.MaxBins + 1)];
    }

    public double Intercept { get; }

    /// <summary>The features that have an effect.</summary>
    public IReadOnlyList<int> Active => active;

    /// <summary>One round over all features; stops between two of them once <paramref name="stop"/> says so.</summary>
    public void Round(StepFit fit, double learningRate, AdditiveWatch? watch, Func<bool> stop)
    {
        Chunks(TakeGradients);
        foreach (int f in active)
        {
            if (stop()) return;
            BinnedFeature feature = Feature(f);
            int bins = feature.Bins + 1;
            Chunks((chunk, start, end) => Sum(feature, chunkSums[chunk], start, end));
            double[] sums = chunkSums[0];
            for (int c = 1; c < chunkSums.Length; c++)
                for (int b = 0; b < 2 * bins; b++) sums[b] += chunkSums[c][b];
            fit.Fit(feature, sums.AsSpan(0, bins), sums.AsSpan(bins, bins), steps);
            for (int b = 0; b < bins; b++) effects[f][b] += steps[b] *= learningRate;
            Chunks((_, start, end) => Move(feature, start, end));
            watch?.Add(f, steps);
        }
    }

    /// <summary>A copy of what has been learned: [features][bins + 1].</summary>
    public double[][] Effects() => [.. effects.Select(e => (double[])e.Clone())];

    /// <summary>An active feature.</summary>
    public BinnedFeature Feature(int f) => features[f]!;

    /// <summary>The model of <paramref name="learned"/>, each term's effects with mean 0 over the training rows.</summary>
    public AdditiveModel Model(double[][] learned, int rounds, ILink link)
    {
        double intercept = Intercept;
        List<AdditiveTerm> terms = [];
        foreach (int f in active)
        {
            BinnedFeature feature = Feature(f);
            double sum = 0;
            for (int b = 0; b <= feature.Bins; b++) sum += feature.Counts[b] * learned[f][b];
            double mean = sum / data.Rows;
            intercept += mean;
            // Bins and missing values that no training row had say nothing, and add nothing.
            double Centred(int b) => feature.Counts[b] > 0 || (b < feature.Bins && !feature.IsNominal) ? learned[f][b] - mean : 0;
            terms.Add(new AdditiveTerm
            {
                Feature = f,
                UpperBounds = feature.UpperBounds,
                Effects = [.. Enumerable.Range(0, feature.Bins).Select(Centred)],
                MissingEffect = Centred(feature.Missing),
            });
        }
        return new AdditiveModel(features.Length, terms, intercept, link) { Rounds = rounds };
    }

    /// <summary>One feature of all rows.</summary>
    public static float[] Column(FeatureMatrix matrix, int feature)
    {
        float[] values = new float[matrix.Rows];
        for (int row = 0; row < values.Length; row++)
        {
            FeatureRow x = matrix.Row(row);
            if (!x.IsSparse)
            {
                values[row] = x.Values[feature];
                continue;
            }
            int at = x.Indices.BinarySearch(feature);
            if (at >= 0) values[row] = x.Values[at];
        }
        return values;
    }

    private static double Start(TrainingSet data)
    {
        double sum = 0, total = 0;
        for (int i = 0; i < data.Rows; i++)
        {
            double weight = data.IsWeighted ? data.Weights[i] : 1;
            sum += weight * data.Labels[i];
            total += weight;
        }
        if (data.Task == MLTask.Regression) return sum / total;
        // Half a row on either side keeps the log-odds finite where there is one class.
        double half = 0.5 * total / data.Rows;
        return Math.Log((sum + half) / (total - sum + half));
    }

    private void Chunks(Action<int, int, int> work)
    {
        if (chunkSums.Length == 1 || parallel.MaxDegreeOfParallelism == 1)
        {
            for (int c = 0; c < chunkSums.Length; c++) work(c, c * ChunkRows, Math.Min(data.Rows, (c + 1) * ChunkRows));
            return;
        }
        Parallel.For(0, chunkSums.Length, parallel, c => work(c, c * ChunkRows, Math.Min(data.Rows, (c + 1) * ChunkRows)));
    }

    private void TakeGradients(int chunk, int start, int end)
    {
        ReadOnlySpan<float> labels = data.Labels, weights = data.Weights;
        bool regression = data.Task == MLTask.Regression;
        for (int i = start; i < end; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            double p = regression ? scores[i] : 1 / (1 + Math.Exp(-scores[i]));
            gradients[i] = weight * (labels[i] - p);
            hessians[i] = regression ? weight : weight * Math.Max(p * (1 - p), 1e-6);
        }
    }

    private void Sum(BinnedFeature feature, double[] sums, int start, int end)
    {
        int bins = feature.Bins + 1;
        sums.AsSpan(0, 2 * bins).Clear();
        byte[] rows = feature.Rows;
        for (int i = start; i < end; i++)
        {
            sums[rows[i]] += gradients[i];
            sums[bins + rows[i]] += hessians[i];
        }
    }

    private void Move(BinnedFeature feature, int start, int end)
    {
        byte[] rows = feature.Rows;
        for (int i = start; i < end; i++)
        {
            double step = steps[rows[i]];
            scores[i] += step;
            gradients[i] -= hessians[i] * step;
        }
    }
}
