using System.Globalization;
using System.Text;

namespace MLPipes.Benchmarks;

/// <summary>The results in words, tables and a plot, made from rows alone: a report can be made anew without running anything.</summary>
internal sealed class QualityReport(IReadOnlyList<QualityRow> rows, IReadOnlyList<Peer> peers, double budget, IReadOnlyDictionary<string, string> notes)
{
    public const string PlotName = "quality.svg";
    private const string ReferenceName = "scikit-learn, untuned";

    private readonly QualityResult result = QualityResult.From(rows, peers, budget);

    /// <summary>Everything there are rows for.</summary>
    public string Markdown()
    {
        StringBuilder text = new("# Model quality at equal time\n\n");
        Head(text);
        if (result.Tables.Count > 0)
        {
            Standings(text);
            Scores(text);
            Behind(text);
        }
        text.Append(Anytime()).Append(Budgets()).Append(Overhead());
        return text.ToString();
    }

    /// <summary>The comparison in few lines, for the terminal.</summary>
    public string Summary()
    {
        StringBuilder text = new();
        Standings(text);
        Behind(text);
        return text.ToString();
    }

    public string Plot() => GainPlot.Svg(result);

    /// <summary>Whether budgets were kept.</summary>
    public string Budgets()
    {
        List<BudgetResult> budgets = BudgetResult.From(rows);
        if (budgets.Count == 0) return "";
        StringBuilder text = new("## Budgets\n\nFrom the start of the process until the model is saved. Outside is: over by more than 2 % and more than 1 s, or under 90 % with something left to try.\n\n");
        MarkdownTable table = new(text, 0, "budget", "runs", "outside", "most over", "least used", "had nothing left to try", "why they ended") { LastText = 1 };
        foreach (BudgetResult b in budgets)
            table.Row(Seconds(b.Seconds), Text(b.Runs), Text(b.Outside), b.LongestOver > 0 ? Invariant($"{b.LongestOver:0.00} s") : "never over", double.IsNaN(b.LeastShare) ? "" : Percent(b.LeastShare), Text(b.Finished), string.Join(", ", b.Ends.Select(e => $"{e.Key} {e.Value}")));
        text.Append('\n');
        foreach (QualityRow row in budgets.SelectMany(b => b.Over.Concat(b.Under)))
            text.Append(CultureInfo.InvariantCulture, $"- {row.Data}, seed {row.Seed}: {row.SecondsUsed:0.00} s of {row.SecondsBudget} s, ended by {row.End}\n");
        return text.Append(budgets.Any(b => b.Outside > 0) ? "\n" : "").ToString();
    }

    /// <summary>The time in which nothing was learned or scored.</summary>
    public string Overhead()
    {
        QualityRow[] measured = [.. rows.Where(r => r.SecondsBudget == budget && r.SecondsStudy > 0)];
        if (measured.Length == 0) return "";
        StringBuilder text = new($"## Overhead of the search at {Seconds(budget)}\n\n");
        text.Append("Overhead is the share of the study's time during which no trainer fitted and no model scored. The last column says how busy the threads were: seconds of fits, scoring and features, over time × threads.\n\n");
        MarkdownTable table = new(text, 1, "data set", "study", "inside trainers and scoring", "overhead", "waited for features", "threads busy");
        foreach (IGrouping<string, QualityRow> set in measured.GroupBy(r => r.Data).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            double study = set.Sum(r => r.SecondsStudy), inside = set.Sum(r => r.SecondsInside);
            double busy = set.Sum(r => r.SecondsFit + r.SecondsScore + r.SecondsFeatures) / set.Sum(r => r.SecondsStudy * r.Threads);
            table.Row(set.Key, Invariant($"{study / set.Count():0.0} s"), Invariant($"{inside / set.Count():0.0} s"), Percent(1 - (inside / study)), Invariant($"{set.Average(r => r.SecondsFeatures):0.00} s"), Percent(busy));
        }
        return text.Append(CultureInfo.InvariantCulture, $"\nOver all: {Percent(1 - (measured.Sum(r => r.SecondsInside) / measured.Sum(r => r.SecondsStudy)))}.\n\n").ToString();
    }

    /// <summary>How soon the peer's score is reached.</summary>
    public string Anytime()
    {
        AnytimeResult anytime = AnytimeResult.From([.. rows], peers);
        if (anytime.Tables.Count == 0 || anytime.Budgets.Count < 2) return "";
        string limit = Seconds(peers.Where(p => p.Make == AnytimeResult.Make).Max(p => p.SecondsBudget));
        StringBuilder text = new($"## Time to reach {AnytimeResult.Make}'s score of {limit}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"The least budget, of {string.Join(", ", anytime.Budgets.Select(Seconds))}, whose test score is better than or equal to the better of its variants' (a tie counts). Median: {Reached(anytime.Median)}.\n\n");
        MarkdownTable table = new(text, 1, "data set", AnytimeResult.Make, "reached with");
        foreach ((string data, double seconds, double target) in anytime.Tables) table.Row(data, Score(target), Reached(seconds));
        return text.Append('\n').ToString();

        static string Reached(double seconds) => double.IsInfinity(seconds) ? "none of these" : Seconds(seconds);
    }

    private void Head(StringBuilder text)
    {
        QualityRow[] shown = [.. rows.Where(r => r.SecondsBudget == budget)];
        string[] dates = [.. rows.Select(r => r.Date).Distinct().Order(StringComparer.Ordinal)];
        int[] seeds = [.. shown.Select(r => r.Seed).Distinct().Order()];
        text.Append(CultureInfo.InvariantCulture, $"Measured on {string.Join(" to ", dates.Length < 2 ? dates : [dates[0], dates[^1]])} with mlpipes {string.Join(", ", rows.Select(r => r.Version).Distinct())} on {string.Join("; ", rows.Select(r => r.Machine).Distinct())}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project Benchmarks -- quality <folder> --time {Seconds(budget).Replace(" ", "", StringComparison.Ordinal)} --seeds {string.Join(',', seeds)} --threads {string.Join('/', shown.Select(r => r.Threads).Distinct())} --out docs`\n\n");
        if (rows.Any(r => r.Clock == "cpu")) text.Append("Seconds of some studies are processor seconds divided by the threads, because the machine was used by others too; they are not wall time.\n\n");
        QualityRow[] failed = [.. rows.Where(r => r.Error.Length > 0)];
        if (failed.Length == 0) return;
        text.Append("Studies that ended without a model, whose tables count as behind:\n\n");
        foreach (QualityRow row in failed) text.Append(CultureInfo.InvariantCulture, $"- {row.Data}, seed {row.Seed}, {Seconds(row.SecondsBudget)}: {row.Error}\n");
        text.Append('\n');
    }

    private void Standings(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"## Standing at {Seconds(budget)}\n\nScores on the test part (AUC, log-loss, R²), ours as the mean over the seeds; {Comparison.Rule}.\n\n");
        MarkdownTable versus = new(text, 1, "mlpipes against", "tables", "better", "tie", "worse", "better or equal");
        void Add(string name, Tally tally)
        {
            if (tally.Tables > 0) versus.Row(name, Text(tally.Tables), Text(tally.Ahead), Text(tally.Ties), Text(tally.Behind), Percent(tally.Share));
        }
        foreach (string system in result.Systems) Add(system, result.Versus(system));
        foreach (string make in result.Makes) Add($"the better of {make}'s, table by table", result.VersusBestOf(make));
        if (result.Systems.Count > 1) Add("the best of all peers, table by table", result.VersusAll());
        Add($"{ReferenceName} (better of two models, no budget)", result.VersusReference());
        text.Append('\n');
        if (result.Systems.Count == 0) return;
        text.Append("A system's rank on a table is 1, one more for each system that is better and half of one for each tie; the mean is over the tables where it has a result.\n\n");
        MarkdownTable ranks = new(text, 1, "system", "tables", "mean rank");
        foreach ((string system, double rank) in result.Systems.Append(QualityResult.OwnName).Select(s => (s, result.MeanRank(s))).OrderBy(r => r.Item2))
            ranks.Row(system == QualityResult.OwnName ? $"**{system}**" : system, Text(result.TablesOf(system)), Invariant($"{rank:0.00}"));
        text.Append('\n');
    }

    private void Scores(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"## Scores at {Seconds(budget)}\n\n![Gain over the best peer, by table]({PlotName})\n\nThe best of the systems with a budget in bold, ties with it as well. In brackets the lowest and highest of our seeds.\n\n");
        MarkdownTable table = new(text, 2, ["data set", "metric", QualityResult.OwnName, .. result.Systems, ReferenceName]);
        foreach (TableResult t in result.Tables)
        {
            double best = Comparison.Best(t.Metric, t.Peers.Values.Append(t.Own));
            string Cell(double score) => double.IsNaN(score) ? "" : Comparison.Of(t.Metric, score, best) == Standing.Behind ? Score(score) : $"**{Score(score)}**";
            string spread = t.Seeds.Count > 1 && !double.IsNaN(t.Own) ? $" ({Score(t.Seeds.Min())}–{Score(t.Seeds.Max())})" : "";
            table.Row([t.Data, MetricName(t.Metric), (double.IsNaN(t.Own) ? "no model" : Cell(t.Own)) + spread, .. result.Systems.Select(s => Cell(t.Peers.GetValueOrDefault(s, double.NaN))), double.IsNaN(t.Reference) ? "" : Score(t.Reference)]);
        }
        text.Append('\n');
    }

    private void Behind(StringBuilder text)
    {
        if (result.Systems.Count == 0) return;
        TableResult[] behind = [.. result.Tables.Where(t => !double.IsNaN(t.BestPeer) && Comparison.Of(t.Metric, t.Own, t.BestPeer) == Standing.Behind).OrderBy(t => t.GainOf(t.Own))];
        text.Append("## Behind the best peer\n\n");
        if (behind.Length == 0)
        {
            text.Append("On no table.\n\n");
            return;
        }
        MarkdownTable table = new(text, 1, "data set", "metric", QualityResult.OwnName, "best peer", "difference", "which", "why, and what was tried") { LastText = 2 };
        foreach (TableResult t in behind)
            table.Row(t.Data, MetricName(t.Metric), double.IsNaN(t.Own) ? "no model" : Score(t.Own), Score(t.BestPeer), double.IsNaN(t.Own) ? "" : Invariant($"{t.GainOf(t.Own) * 100:0.00} %"), t.Peers.First(p => p.Value == t.BestPeer).Key, notes.GetValueOrDefault(t.Data, ""));
        text.Append('\n');
    }

    private static string MetricName(string metric) => metric switch { "auc" => "AUC", "logloss" => "log-loss", _ => "R²" };

    private static string Score(double score) => Invariant($"{score:0.0000}");

    private static string Percent(double share) => Invariant($"{share * 100:0.0} %");

    private static string Seconds(double seconds) => Invariant($"{seconds:0.##} s");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
