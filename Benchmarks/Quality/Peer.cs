using System.Globalization;

namespace MLPipes.Benchmarks;

/// <summary>What another system reaches on a data set's test part.</summary>
internal sealed record Peer(string Data, string Metric, string System, double SecondsBudget, double Score)
{
    /// <summary>The systems of one make: its presets and variants.</summary>
    public string Make => System.Split(' ')[0];

    /// <summary>The name without the remark in brackets.</summary>
    public string ShortName
    {
        get
        {
            int open = System.IndexOf(" (", StringComparison.Ordinal), close = System.IndexOf(')');
            return open < 0 || close < open ? System : System[..open] + System[(close + 1)..];
        }
    }

    /// <summary>The peers of a folder's peers.csv; several runs of one system on one set count as their mean. None where there is no such file.</summary>
    public static List<Peer> In(string folder)
    {
        string path = Path.Combine(folder, "peers.csv");
        if (!File.Exists(path)) return [];
        IEnumerable<Peer> runs = Csv.Read(path).Where(r => r["score"].Length > 0)
            .Select(r => new Peer(r["dataset"], r["metric"], r["system"], Number(r["seconds_budget"]), Number(r["score"])));
        return [.. runs.GroupBy(p => (p.Data, p.System, p.SecondsBudget)).Select(g => g.First() with { Score = g.Average(p => p.Score) })];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
