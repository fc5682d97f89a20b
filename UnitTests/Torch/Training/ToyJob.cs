using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>A small network over short token lists: words, dropout, mean, two layers. The class tells which half of the vocabulary prevails.</summary>
internal sealed class ToyJob : ITrainingJob
{
    private const int Width = 16, Vocabulary = 200;
    private readonly (int[] Ids, float Label)[] examples, held;
    private readonly Parameter table, up, upBias, down, downBias;
    private readonly double dropout;

    public ToyJob(int count = 256, int seed = 1, bool byRows = true, int held = 64, double dropout = 0.2)
    {
        (examples, this.held, this.dropout) = (Make(count, seed), Make(held, seed + 1), dropout);
        table = Weight([Vocabulary, Width], 1);
        up = Weight([Width, Width], 2);
        upBias = Weight([Width], 3);
        down = Weight([Width, 1], 4);
        downBias = Weight([1], 5);
        Words = byRows ? new WordRows(table) : null;
        Weights =
        [
            new("table", table), new("up", up) { Depth = 1 }, new("upBias", upBias) { Depth = 1 },
            new("down", down) { Depth = 2 }, new("downBias", downBias) { Depth = 2 },
        ];
    }

    public nn.Module Model { get; } = nn.Identity();
    public IReadOnlyList<TrainedWeight> Weights { get; }
    public WordRows? Words { get; }
    public int Examples => examples.Length;
    public string ScoreName => "accuracy";
    public long ValidationTokens => held.Sum(h => (long)h.Ids.Length);

    public List<TrainingStep> Updates { get; } = [];
    public List<double> Scores { get; } = [];
    public List<int[]> Seen { get; } = [];
    public Action? OnLoss { get; set; }
    public Func<double, double> Judge { get; set; } = score => score;

    public int TokensOf(int example) => examples[example].Ids.Length;

    public Tensor Loss(ReadOnlySpan<int> batch, TrainingStep step)
    {
        OnLoss?.Invoke();
        Seen.Add(batch.ToArray());
        (int[] Ids, float Label)[] rows = [.. batch.ToArray().Select(e => examples[e])];
        return nn.functional.binary_cross_entropy_with_logits(Logits(rows, step.Noise), tensor(Array.ConvertAll(rows, r => r.Label)));
    }

    public double? Validate(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (held.Length == 0) return null;
        float[] logits = TrainingCheckpoint.ArrayOf(Logits(held, null));
        double score = Judge(logits.Zip(held, (logit, h) => logit > 0 == h.Label > 0.5f ? 1.0 : 0).Average());
        Scores.Add(score);
        return score;
    }

    public void BeforeUpdate(TrainingStep step) => Updates.Add(step);

    /// <summary>All weights, one after the other.</summary>
    public float[] Values() => [.. Weights.SelectMany(w => TrainingCheckpoint.ArrayOf(w.Value))];

    private Tensor Logits((int[] Ids, float Label)[] rows, NoiseSource? noise)
    {
        int length = rows.Max(r => r.Ids.Length);
        long[] ids = new long[rows.Length * length];
        float[] mask = new float[ids.Length];
        for (int r = 0; r < rows.Length; r++)
            for (int i = 0; i < rows[r].Ids.Length; i++) (ids[(r * length) + i], mask[(r * length) + i]) = (rows[r].Ids[i], 1f / rows[r].Ids.Length);
        Tensor at = tensor(ids).view(rows.Length, length);
        Tensor words = Words is null ? table.index_select(0, at.view(-1)).view(rows.Length, length, Width) : Words.Look(at);
        if (noise is not null) words = noise.Dropout(words, dropout);
        Tensor mean = (words * tensor(mask).view(rows.Length, length, 1)).sum(1);
        return (matmul((matmul(mean, up) + upBias).tanh(), down) + downBias).view(-1);
    }

    private static (int[], float)[] Make(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float label = random.Next(2);
            return (Enumerable.Range(0, random.Next(2, 12)).Select(_ => random.Next(Vocabulary / 2) + (random.NextDouble() < 0.85 == label > 0 ? 0 : Vocabulary / 2)).ToArray(), label);
        })];
    }

    private static Parameter Weight(long[] shape, int seed)
    {
        Random random = new(seed);
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(random.NextDouble() - 0.5) * 0.5f;
        return new Parameter(tensor(values).view(shape));
    }
}
