using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The boosting loop: derivatives, structure, leaf values, scores.</summary>
internal sealed class SymmetricFit
{
    /// <summary>Random orders of the rows that statistics of categories are made in.</summary>
    public const int Orders = 4;

    private readonly TrainingSet data;
    private readonly SymmetricPlan plan;
    private readonly FitContext context;
    private readonly WorkTeam team;
    private readonly SplitColumn[] columns;
    private readonly double[] start;
    private readonly double center;
    private readonly double scale = 1;
    private readonly BoostedRows rows;
    private readonly BoostedRows? held;
    private readonly byte[] heldLeaves;
    private readonly List<SymmetricTree> trees = [];

    public SymmetricFit(TrainingSet data, SymmetricPlan plan, int borders, int oneCodeLimit, FitContext context, WorkTeam team)
    {
        (this.data, this.plan, this.context, this.team) = (data, plan, context, team);
        TrainingSet? validation = context.Validation is { Rows: > 0 } given ? given : null;
        columns = ColumnBins.Of(data, validation, borders, oneCodeLimit, Orders, context, team);
        (start, center, scale) = Start(data);
        rows = new BoostedRows(data, start, center, scale);
        held = validation is null ? null : new BoostedRows(validation, start, center, scale);
        heldLeaves = new byte[held?.Padded ?? 0];
    }

    /// <summary>Boosts until the trees are used up, validation rows no longer gain, or the deadline comes.</summary>
    public TreeEnsembleModel Run()
    {
        int outputs = start.Length;
        float[][] gradients = Rectangle(outputs, rows.Padded), hessians = Rectangle(outputs, rows.Padded);
        float[] curvatures = new float[rows.Padded];
        PackedGradients packed = new(rows.Padded, outputs, plan.BaggingTemperature);
        StructureSearch search = new(columns, rows.Padded, packed, plan, context, team);
        LeafValues leaves = new(rows.Padded, outputs, plan);
        EarlyStop stop = new(plan.Patience);
        double[] squares = new double[packed.Chunks], weights = new double[packed.Chunks];
        long began = context.Time.GetTimestamp(), reported = began;
        for (int number = 0; number < plan.Trees && columns.Length > 0; number++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            // The next tree takes about as long as the mean of those before; it is not begun when that would overrun.
            if (context.TimeLeft is { } left && left <= (number == 0 ? TimeSpan.Zero : context.Time.GetElapsedTime(began) / number)) break;
            SplitMix random = new(context.Seed, number);
            ulong seed = random.Next();
            int order = random.Below(Orders);
            float[] mix = Mix(outputs, packed.Directions, ref random);
            team.Run(packed.Chunks, (chunk, _) =>
            {
                (int from, int to) = packed.RowsOf(chunk);
                rows.Derive(from, to, gradients, hessians, curvatures);
                (squares[chunk], weights[chunk]) = (Squares(gradients, from, to), Sum(curvatures, from, to));
                packed.Draw(chunk, gradients, curvatures, plan.Subsample, new SplitMix((int)(seed >> 33), chunk), mix);
            });
            packed.Settle();
            team.Run(packed.Chunks, (chunk, _) => packed.Pack(chunk, gradients, curvatures));
            LevelSplit[] splits = search.Grow(packed, rows.Count, order, Noise(squares.Sum() / Math.Max(weights.Sum(), 1e-30), number), ref random);
            if (splits.Length == 0) break;
            byte[] leafOf = search.Rows.Leaves;
            float[][] values = leaves.Fit(leafOf, 1 << splits.Length, gradients, hessians, team);
            team.Run(packed.Chunks, (chunk, _) =>
            {
                (int from, int to) = packed.RowsOf(chunk);
                rows.Add(from, to, leafOf, values);
            });
            trees.Add(new SymmetricTree(splits, values));
            if (held is not null)
            {
                Follow(held, splits, values);
                if (stop.IsDue(number + 1) && stop.Observe(number + 1, held.Loss())) break;
            }
            if (context.Progress is { } progress && context.Time.GetElapsedTime(reported) > TimeSpan.FromMilliseconds(100))
            {
                reported = context.Time.GetTimestamp();
                progress.Report(new FitProgress((number + 1.0) / plan.Trees, held is null ? double.NaN : stop.BestLoss, $"{number + 1} trees"));
            }
        }
        return Model(held is null ? trees.Count : Math.Min(trees.Count, stop.Best));
    }

    private void Follow(BoostedRows others, LevelSplit[] splits, float[][] values)
    {
        Array.Clear(heldLeaves);
        for (int level = 0; level < splits.Length; level++) LeafRows.Mark(heldLeaves, splits[level].Column.Validation, splits[level], level, 0, others.Padded);
        others.Add(0, others.Padded, heldLeaves, values);
    }

    private TreeEnsembleModel Model(int keep)
    {
        TreeEnsembleBuilder builder = new(data.Features.Width, start.Length)
        {
            Link = TaskLink.Of(data.Task),
            Biases = [.. start.Select(s => center + (s * scale))],
        };
        foreach (SymmetricTree tree in trees.Take(keep)) builder.AddToAll(tree.ToTree(scale));
        return builder.Build();
    }

    // As much as gradients vary by, fading out as the model grows past ln(rows) steps of the learning rate (CatBoost's rule).
    private double Noise(double variance, int number)
    {
        double left = Math.Exp(Math.Log(rows.Count) - (number * plan.LearningRate));
        return plan.RandomStrength * Math.Sqrt(variance) * left / (1 + left);
    }

    private static double Squares(float[][] gradients, int from, int to)
    {
        double sum = 0;
        foreach (float[] gradient in gradients)
            for (int i = from; i < to; i++) sum += gradient[i] * gradient[i];
        return sum;
    }

    private static double Sum(float[] values, int from, int to)
    {
        double sum = 0;
        for (int i = from; i < to; i++) sum += values[i];
        return sum;
    }

    // Signs, scaled such that lengths keep on average.
    private static float[] Mix(int outputs, int directions, ref SplitMix random)
    {
        if (directions == outputs) return [];
        float[] mix = new float[directions * outputs];
        float size = 1 / MathF.Sqrt(directions);
        for (int i = 0; i < mix.Length; i++) mix[i] = (random.Next() >> 63) == 0 ? size : -size;
        return mix;
    }

    private static float[][] Rectangle(int outputs, int length) => [.. Enumerable.Range(0, outputs).Select(_ => new float[length])];

    // Log-odds of the classes, or the mean and deviation of the label.
    private static (double[] Start, double Center, double Scale) Start(TrainingSet data)
    {
        double total = 0, mean = 0, square = 0;
        double[] classes = new double[Math.Max(1, data.Target.Classes.Count)];
        for (int i = 0; i < data.Rows; i++)
        {
            double weight = data.IsWeighted ? data.Weights[i] : 1;
            total += weight;
            if (data.Task == MLTask.Regression) mean += weight * data.Labels[i];
            else classes[(int)data.Labels[i]] += weight;
        }
        if (data.Task != MLTask.Regression)
        {
            double[] logs = [.. classes.Select(c => Math.Log(Math.Max(c, 1e-3 * total / data.Rows) / total))];
            return (data.Task == MLTask.Binary ? [logs[1] - logs[0]] : logs, 0, 1);
        }
        mean /= total;
        for (int i = 0; i < data.Rows; i++) square += (data.IsWeighted ? data.Weights[i] : 1) * (data.Labels[i] - mean) * (data.Labels[i] - mean);
        double deviation = Math.Sqrt(square / total);
        return ([0], mean, deviation > 0 ? deviation : 1);
    }
}
