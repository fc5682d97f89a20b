using System.Globalization;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>What networks are worth as members: the result of one study's finished pool chosen with its networks and without them.</summary>
/// <remarks>
/// Both choices are the study's own (`WinnerSelection` on the same trials' out-of-fold predictions), so one study is enough; time that networks took from
/// other trials is not given back to these. Weights fit the rows that they are scored on, so beside that score stands a fair one: weights chosen on
/// one half of the rows are scored on the other, both ways round.
/// </remarks>
internal sealed class NetworkGain : IBenchmark
{
    private const string Usage = "network-gain [folder] [--time 60s] [--sets a,b] [--threads N] [--seed N] [--without key,key] [--clock wall|cpu]";

    public string Name => "network-gain";

    public string Summary => $"out-of-fold score of one study's ensemble with and without networks: {Usage}";

    public int Run(string[] args)
    {
        Arguments given = Arguments.Of(args);
        TimeSpan time = TimeSpan.FromSeconds(given.Number("time", 60));
        (string[] sets, string[] left) = (given.List("sets"), given.List("without"));
        (int seed, int threads) = ((int)given.Number("seed", 1), (int)given.Number("threads", 2));
        bool onProcessor = given.Text("clock", "wall") == "cpu";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s of {(onProcessor ? "processor" : "wall")} time, {threads} threads, seed {seed}; losses, smaller is better"));
        Console.WriteLine($"{"set",-20} {"metric",-8} {"trials",6} {"networks",8} {"with",10} {"without",10} {"fair with",10} {"fair without",12} {"test",10}  networks in the result");
        int gains = 0, fair = 0, measured = 0;
        foreach (DataSet data in DataSet.In(given.Folder()).Where(d => sets.Length == 0 || sets.Contains(d.Name)))
        {
            TimeProvider clock = onProcessor ? new CpuTime(threads) : TimeProvider.System;
            Table train = Table.ReadCsv(data.TrainPath);
            TableProfile profile = TableProfile.Of(train, new RoleOptions { Label = data.Label, Ignore = data.Dropped });
            Watching watching = new();
            StudyOptions study = new()
            {
                Data = train,
                Roles = profile.Roles,
                Task = profile.Task,
                Time = time,
                Seed = seed,
                Threads = threads,
                Clock = clock,
                Started = clock.GetUtcNow(),
                Trainers = [.. Catalog.Trainers.Where(t => !left.Contains(t.Card.Key))],
                Watcher = watching,
            };
            StudyResult result = new Study(study).RunAsync().GetAwaiter().GetResult();
            Table test = Table.ReadCsv(data.TestPath, new CsvOptions { Columns = result.Pipeline.Schema.ReadOptions });
            double tested = result.Metric.Loss(result.Metric.Evaluate(result.Pipeline.Schema.TargetOf(test), result.Pipeline.Predict(test, threads).Values, threshold: result.Pipeline.Schema.Threshold));
            Outcome outcome = Compare(watching, study);
            measured++;
            if (outcome.With < outcome.Without) gains++;
            if (outcome.FairWith < outcome.FairWithout) fair++;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{data.Name,-20} {result.Metric.Key,-8} {outcome.Trials,6} {outcome.Networks,8} {outcome.With,10:0.00000} {outcome.Without,10:0.00000} {outcome.FairWith,10:0.00000} {outcome.FairWithout,12:0.00000} {tested,10:0.00000}  {outcome.Members}"));
        }
        Console.WriteLine($"{gains} of {measured} tables gain by their networks, {fair} of {measured} where the weights are scored on other rows");
        return 0;
    }

    private static Outcome Compare(Watching watching, StudyOptions options)
    {
        StudyData data = watching.Data!;
        FinishedTrial[] all = [.. watching.Trials.OrderBy(t => t.Event.Number)];
        HashSet<int> networks = [.. all.Where(t => t.Models.Any(m => m.Model is NeuralModel or NeuralEnsembleModel)).Select(t => t.Event.Number)];
        // What a second layer learned from a network's predictions goes with the network.
        FinishedTrial[] others = [.. all.Where(t => !networks.Contains(t.Event.Number) && !t.Event.Plan.Stack.Any(networks.Contains))];
        WinnerSelection selection = new(data, options, new StudyClock(options with { Started = null, Clock = TimeProvider.System, Time = TimeSpan.FromHours(1) }, 0));
        List<Winner> with = selection.Choose(Pool(all)), without = selection.Choose(Pool(others));
        return new Outcome
        {
            Trials = all.Count(t => t.OutOfFold is not null),
            Networks = all.Count(t => t.OutOfFold is not null && networks.Contains(t.Event.Number)),
            With = Loss(data, with),
            Without = Loss(data, without),
            FairWith = FairLoss(data, Pool(all)),
            FairWithout = FairLoss(data, Pool(others)),
            Members = string.Join(", ", with.Where(w => networks.Contains(w.Trial.Outcome.Number)).GroupBy(w => w.Trial.Outcome.Plan.Trainer)
                .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Sum(w => w.Count) / (double)with.Sum(w => w.Count):0.00}"))),
        };
    }

    private static TrialPool Pool(IEnumerable<FinishedTrial> trials)
    {
        TrialPool pool = new();
        foreach (FinishedTrial trial in trials) pool.Add(trial);
        return pool;
    }

    private static double Loss(StudyData data, List<Winner> winners) =>
        data.Metric.Loss(data.ScoredTarget, GreedyEnsemble.Average([.. winners.Select(w => w.Trial.OutOfFold)], [.. winners.Select(w => w.Count)]), data.ScoredWeights);

    private static double FairLoss(StudyData data, TrialPool pool)
    {
        int outputs = data.Outputs;
        float[][] candidates = [.. pool.Members.Select(m => m.OutOfFold)];
        int[] order = [.. Enumerable.Range(0, data.ScoredTarget.Count)];
        new Random(3).Shuffle(order);
        double loss = 0;
        foreach (int half in (int[])[0, 1])
        {
            int[] choose = [.. order.Where((_, i) => i % 2 == half)], judge = [.. order.Where((_, i) => i % 2 != half)];
            Target chosen = data.ScoredTarget.Take(choose), judged = data.ScoredTarget.Take(judge);
            int[] counts = GreedyEnsemble.Choose([.. candidates.Select(c => Rows(c, choose, outputs))], p => data.Metric.Loss(chosen, p, Weights(choose)), (_, _) => true, threads: 2, () => false);
            loss += data.Metric.Loss(judged, GreedyEnsemble.Average([.. candidates.Select(c => Rows(c, judge, outputs))], counts), Weights(judge)) / 2;
        }
        return loss;

        float[] Weights(int[] rows) => data.ScoredWeights.Length == 0 ? [] : [.. rows.Select(r => data.ScoredWeights[r])];
    }

    private static float[] Rows(float[] predictions, int[] rows, int outputs) => [.. rows.SelectMany(r => predictions[(r * outputs)..((r + 1) * outputs)])];

    private sealed class Watching : IStudyWatcher
    {
        public StudyData? Data { get; private set; }

        public List<FinishedTrial> Trials { get; } = [];

        public void Began(StudyData data) => Data = data;

        public void Took(FinishedTrial trial) => Trials.Add(trial);

        public void Ended(Finished finished)
        {
            // What the study itself chose is among the trials.
        }
    }

    private sealed record Outcome
    {
        public required int Trials { get; init; }

        public required int Networks { get; init; }

        public required double With { get; init; }

        public required double Without { get; init; }

        public required double FairWith { get; init; }

        public required double FairWithout { get; init; }

        public required string Members { get; init; }
    }
}
