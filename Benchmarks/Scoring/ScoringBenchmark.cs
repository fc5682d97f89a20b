using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks.Scoring;

/// <summary>Scoring the same boosted trees by ML.NET and by us: one row at a time, and all at once.</summary>
/// <remarks>Rounds of the two sides take turns, so that whatever else the machine does meets both; ratios are of the best rounds.</remarks>
internal sealed class ScoringBenchmark : IBenchmark
{
    private const int BatchRows = 50_000, SingleRows = 2_000;
    private const int SingleRounds = 150, BatchRounds = 15; // enough that the runtime has optimised what runs

    public string Name => "scoring";

    public string Summary => "boosted trees, ML.NET's prediction engine and Transform against ours; arguments: [trees] [leaves]";

    public int Run(string[] args)
    {
        int trees = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        int leaves = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20;
        FastTreeCase it = new(trees, leaves, trainingRows: 20_000, BatchRows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FastTree binary, {it.Model.Trees.Count} trees of up to {leaves} leaves, {RowInput.Columns} numeric columns"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"largest difference of probabilities: {LargestDifference(it):E1}"));
        Singles(it);
        Batches(it);
        return 0;
    }

    private static void Singles(FastTreeCase it)
    {
        using PredictionEngine<RowInput, RowOutput> engine = it.ML.Model.CreatePredictionEngine<RowInput, RowOutput>(it.Theirs);
        RowOutput output = new();
        RowScorer scorer = it.Ours.CreateRowScorer();
        RowInput[] rows = it.Rows[..SingleRows];
        float[] features = new float[RowInput.Columns * SingleRows];
        for (int i = 0; i < features.Length; i++) features[i] = rows[i / RowInput.Columns][i % RowInput.Columns];
        float[] score = new float[1];

        Rival theirs = new("ML.NET PredictionEngine.Predict", () =>
        {
            foreach (RowInput row in rows) engine.Predict(row, ref output);
        });
        Rival ours = new("ours, RowScorer.Predict", () =>
        {
            foreach (RowInput row in rows)
            {
                Fill(scorer.Buffer, row);
                scorer.Predict(score);
            }
        });
        Rival model = new("ours, model alone", () =>
        {
            for (int row = 0; row < SingleRows; row++)
            {
                it.Model.Score(new FeatureRow(features.AsSpan(row * RowInput.Columns, RowInput.Columns)), score);
                it.Model.Link!.Apply(score, 1);
            }
        });
        Compare("single row", SingleRows, SingleRounds, theirs, ours, model);
    }

    private static void Batches(FastTreeCase it)
    {
        FeatureMatrix matrix = it.Ours.Members[0].Features.Transform(it.Table);
        Rival theirs = new("ML.NET Transform, reading Score and Probability", () => Read(it.Theirs.Transform(it.View)));
        Rival ours = new("ours, FittedPipeline.Predict, all cores", () => it.Ours.Predict(it.Table));
        Rival one = new("ours, FittedPipeline.Predict, one thread", () => it.Ours.Predict(it.Table, threads: 1));
        Rival model = new("ours, model alone, one thread", () => it.Model.PredictAll(matrix, threads: 1));
        Compare("batch", BatchRows, BatchRounds, theirs, ours, one, model);
    }

    private static void Compare(string title, int rows, int rounds, Rival baseline, params Rival[] others)
    {
        Rival[] all = [baseline, .. others];
        for (int round = 0; round < rounds; round++)
            foreach (Rival rival in all) rival.Time();
        foreach (Rival rival in all)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{title,-11} {rival.Name,-50} {rival.Best.TotalNanoseconds / rows,10:F0} ns/row {baseline.Best / rival.Best,8:F1}x {rival.Allocated / (double)rows,10:F1} bytes/row"));
        }
    }

    private static void Fill(RowBuffer buffer, RowInput row) => buffer.SetNumbers(0,
        row.F0, row.F1, row.F2, row.F3, row.F4, row.F5, row.F6, row.F7, row.F8, row.F9, row.F10, row.F11, row.F12, row.F13, row.F14,
        row.F15, row.F16, row.F17, row.F18, row.F19, row.F20, row.F21, row.F22, row.F23, row.F24, row.F25, row.F26, row.F27, row.F28, row.F29);

    private static double Read(IDataView scored)
    {
        DataViewSchema.Column score = scored.Schema["Score"], probability = scored.Schema["Probability"];
        using DataViewRowCursor cursor = scored.GetRowCursor([score, probability]);
        ValueGetter<float> getScore = cursor.GetGetter<float>(score), getProbability = cursor.GetGetter<float>(probability);
        double sum = 0;
        float s = 0, p = 0;
        while (cursor.MoveNext())
        {
            getScore(ref s);
            getProbability(ref p);
            sum += s + p;
        }
        return sum;
    }

    private static double LargestDifference(FastTreeCase it)
    {
        float[] ours = it.Ours.Predict(it.Table).Values;
        IDataView scored = it.Theirs.Transform(it.View);
        double largest = 0;
        int row = 0;
        foreach (float theirs in scored.GetColumn<float>("Probability")) largest = Math.Max(largest, Math.Abs(theirs - ours[row++]));
        return largest;
    }

    /// <summary>One side of a comparison: its best round and what that round allocated on the calling thread.</summary>
    private sealed class Rival(string name, Action round)
    {
        public string Name { get; } = name;

        public TimeSpan Best { get; private set; } = TimeSpan.MaxValue;

        public long Allocated { get; private set; } = long.MaxValue;

        public void Time()
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            round();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            if (took < Best) Best = took;
            Allocated = Math.Min(Allocated, GC.GetAllocatedBytesForCurrentThread() - bytes);
        }
    }
}
