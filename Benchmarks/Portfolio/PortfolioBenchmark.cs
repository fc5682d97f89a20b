using System.Globalization;

namespace MLPipes.Benchmarks;

/// <summary>Learns the ordered list of configurations that studies begin with.</summary>
internal sealed class PortfolioBenchmark : IBenchmark
{
    private const string Usage = "portfolio collect|select [folder] [--results folder] [--threads N] [--part 1/2] [--max-seconds N] [--list portfolio.json] [--page portfolio.md]";

    public string Name => "portfolio";

    public string Summary => $"learns the list that studies begin with: {Usage}";

    public int Run(string[] args)
    {
        Arguments given = Arguments.Of(args);
        (string folder, string results, int threads) = (given.Folder(1), given.Text("results", "artifacts/portfolio"), (int)given.Number("threads", 1));
        double seconds = given.Number("max-seconds", 10);
        int[] part = [.. given.Text("part", "1/1").Split('/').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        switch (given.Words.FirstOrDefault())
        {
            case "collect":
                Collect(folder, results, threads, seconds, part[0], part[1]);
                return 0;
            case "select":
                LearnedOrder.Run(folder, results, threads, given.Text("list", "AutoSearch/Engine/Tuners/portfolio.json"), given.Text("page", "docs/portfolio.md"));
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    // Several processes may share the work, each with its part of the sets: seconds are processor seconds of the process.
    private static void Collect(string folder, string results, int threads, double maxSeconds, int part, int parts)
    {
        int index = 0;
        foreach (LearningSet set in LearningSet.All(folder))
        {
            if (index++ % parts != part - 1) continue;
            PortfolioCollector collector = new(set, threads, maxSeconds);
            int made = 0;
            double seconds = 0;
            foreach (PoolEntry entry in ConfigurationPool.All)
            {
                if (Evaluation.Load(results, set.Name, entry.Name) is not null || collector.Evaluate(entry) is not { } evaluation) continue;
                evaluation.Save(results, set.Name, entry.Name);
                made++;
                seconds += evaluation.Seconds;
                if (evaluation.Problem is { } problem) Console.WriteLine($"  {set.Name} {entry.Name}: {problem}");
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{set.Name}: {set.Target.Count} rows, {set.Target.Task}, {made} evaluated in {seconds:0.0} processor seconds"));
        }
    }
}
