using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>Learns the order from all evaluations, compares it with the one it replaces, and writes the list and its page.</summary>
internal static class LearnedOrder
{
    private const int Length = 30;

    // A set with fewer evaluations says more of what was evaluated first than of what is good.
    private const int LeastEvaluated = 25;

    // The order by hand that the first learned one replaced: published rows between families that alternate.
    private static readonly string[] byHand =
    [
        "lightgbm", "linear", "extra-trees", "lightgbm-36", "symmetric-boosting", "neural-network", "lightgbm-48", "random-forest", "lightgbm-45", "k-nearest-neighbors",
        "lightgbm-10-encoded", "gam", "lightgbm+number-pairs", "lightgbm-31", "naive-bayes", "lightgbm-13", "lightgbm-03", "extra-trees-wide", "lightgbm-08", "lightgbm-05",
        "lightgbm-16", "lightgbm-21", "lightgbm-02-encoded",
    ];

    public static void Run(string folder, string results, int threads, string listPath, string pagePath)
    {
        SetResults[] all = [.. LearningSet.All(folder).Select(s => new SetResults(s, results))];
        SetResults[] sets = [.. all.Where(s => s.IsUsable && s.Count >= LeastEvaluated)];
        foreach (SetResults without in all.Except(sets)) Console.WriteLine($"{without.Name} has too few evaluations to learn from; run `portfolio collect`.");
        if (sets.Length < 2) return;
        Dictionary<MLTask, List<OrderStep>> orders = [];
        foreach (MLTask task in Enum.GetValues<MLTask>())
        {
            List<OrderStep> steps = orders[task] = [];
            Console.WriteLine(task);
            OrderLearner.Learn(sets, OrderComparison.OfTask(task, sets), Length, threads, task, step =>
            {
                steps.Add(step);
                Console.WriteLine(FormattableString.Invariant($"{steps.Count,3} {step.Name,-28} gain {step.Gain:0.00000} time {step.Time:0.00} loss {step.Loss:0.0000}"));
            });
        }
        List<(string Name, double[] Losses)> curves = [("by hand", OrderComparison.Given(sets, byHand))];
        curves.Add(("learned without the set judged, one order for all", OrderComparison.Learned(sets, threads, (_, others) => [.. others.Select(_ => 1.0)])));
        curves.Add(("the same, an order for each task", OrderComparison.Learned(sets, threads, (left, others) => OrderComparison.OfTask(left.Task, others))));
        curves.Add(("the same, sets like it counting more", OrderComparison.Learned(sets, threads, OrderComparison.Likeness)));
        foreach ((string name, double[] losses) in curves) Console.WriteLine($"{name,-40} {string.Join(' ', losses.Select(l => FormattableString.Invariant($"{l:0.0000}")))}");

        Dictionary<string, PoolEntry> pool = ConfigurationPool.All.ToDictionary(e => e.Name);
        List<ListedConfiguration> list = [];
        foreach ((MLTask task, List<OrderStep> steps) in orders)
        {
            // Tables unlike these may need what gained nothing here: as it stands, behind all that did, boosters first.
            IEnumerable<string> rest = pool.Values.Where(e => e.Name != SetResults.Baseline && steps.All(s => s.Name != e.Name) && e.Listed.All(IsPlain))
                .OrderByDescending(e => Catalog.Trainer(e.Listed[0].Trainer) is { Card: { StopsEarly: true, KeepsPartial: true } }).Select(e => e.Name);
            list.AddRange(steps.Select(s => s.Name).Concat(rest).Select(name => pool[name].For(task)).OfType<ListedConfiguration>().Select(l => l with { Tasks = [task] }));
        }
        File.WriteAllText(listPath, PortfolioList.Write(list));
        File.WriteAllText(pagePath, PortfolioPage.Of(sets, orders, curves));
    }

    private static bool IsPlain(ListedConfiguration listed) => listed.Knobs.Count == 0 && listed.Featurizers.Count == 0;
}
