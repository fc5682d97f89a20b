using System.Globalization;
using System.Text;

namespace MLPipes.Benchmarks;

/// <summary>The page that says what the list was learned from, in which order and how well.</summary>
internal static class PortfolioPage
{
    public static string Of(IReadOnlyList<SetResults> sets, IReadOnlyDictionary<MLTask, List<OrderStep>> orders, IReadOnlyList<(string Name, double[] Losses)> curves)
    {
        StringBuilder page = new();
        page.Append("""
            # The portfolio

            A study begins with an ordered list of configurations, `AutoSearch/Engine/Tuners/portfolio.json`. This page is written with it by

            ```
            dotnet run -c Release --project Benchmarks -- portfolio collect FOLDER --results RESULTS
            dotnet run -c Release --project Benchmarks -- portfolio select FOLDER --results RESULTS
            ```

            where FOLDER holds one folder a data set with `train.csv.gz` and `meta.json`. `collect` goes on where it was interrupted.

            ## How it is learned

            Of each table at most 4,000 rows are taken (of a data set's training part alone). 52.5 % of them are fitted on, 17.5 % stop fits early and weigh
            ensembles, 30 % judge; where rows are few, three such divisions count together. There is an order for each task, in which the tables of
            other tasks count a quarter. It is grown greedily: next is the configuration that
            lowers the mean loss of the ensemble of all chosen so far most for the time that it takes; a newcomer joins the average with the share that is best on
            the weighing rows, as in greedy selection (Caruana and others, ICML 2004). Loss is that of the
            task's usual metric on the judging rows, 0 for the best single configuration and 1 for a constant; time is in fits of the plain `lightgbm`
            configuration on the same table, in processor seconds.

            ## Order


            """);
        foreach ((MLTask task, List<OrderStep> steps) in orders)
        {
            page.Append(CultureInfo.InvariantCulture, $"### {task}\n\n| | configuration | gain | time | loss behind it |\n| ---: | --- | ---: | ---: | ---: |\n");
            for (int i = 0; i < steps.Count; i++)
                page.Append(CultureInfo.InvariantCulture, $"| {i + 1} | {steps[i].Name} | {steps[i].Gain:0.0000} | {steps[i].Time:0.00} | {steps[i].Loss:0.0000} |\n");
            page.Append('\n');
        }
        page.Append("Behind them, as they stand and boosters first, come the trainers that gained nothing here.\n");
        page.Append("\nWhat the names stand for is in `Benchmarks/Portfolio/ConfigurationPool.cs`.\n\n## Cross-check\n\n");
        page.Append(CultureInfo.InvariantCulture, $"Mean loss over the {sets.Count(s => !s.Name.StartsWith("made-", StringComparison.Ordinal))} real tables at moments in time (in fits of `lightgbm`); each table is judged by an order learned without it.\n\n");
        page.Append($"| order | {string.Join(" | ", OrderComparison.Moments.Select(m => m.ToString(CultureInfo.InvariantCulture)))} | mean |\n| --- |{string.Concat(Enumerable.Repeat(" ---: |", OrderComparison.Moments.Count + 1))}\n");
        foreach ((string name, double[] losses) in curves)
            page.Append($"| {name} | {string.Join(" | ", losses.Append(losses.Average()).Select(l => l.ToString("0.0000", CultureInfo.InvariantCulture)))} |\n");
        double byTask = curves[2].Losses.Average(), alike = curves[3].Losses.Average();
        page.Append(CultureInfo.InvariantCulture, $"\nLetting data sets that are alike (rows, columns, classes, share of categories, share of missing cells) count more gives a mean of {alike:0.0000} against {byTask:0.0000} by task: ");
        page.Append(alike < byTask * 0.99 ? "it helps here, but asks for all evaluations at the start of each study, so that studies order by task.\n" : "not enough to order the list anew for each data set, so studies order by task.\n");
        page.Append("\n## Data sets\n\n| data set | task | rows | configurations |\n| --- | --- | ---: | ---: |\n");
        foreach (SetResults set in sets) page.Append(CultureInfo.InvariantCulture, $"| {set.Name} | {set.Task.ToString().ToLowerInvariant()} | {set.Rows} | {set.Count} |\n");
        page.Append("\nTables named `made-…` are generated (`Benchmarks/Portfolio/SyntheticTables.cs`):\n\n");
        foreach ((string name, (string summary, _)) in SyntheticTables.All) page.Append($"- `made-{name}`: {summary}\n");
        return page.ToString();
    }
}
