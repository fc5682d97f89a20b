using System.Globalization;
using System.Text;

namespace MLPipes.Benchmarks;

/// <summary>A drawing of the gain over the best peer for every table: a bar for the mean, a dot for each seed.</summary>
internal static class GainPlot
{
    // Per cent at which bars are cut off: log-losses near 0 differ by multiples, and would leave nothing to see of the others.
    private const double Most = 10;
    private const int RowHeight = 22, Top = 58, Left = 160, Width = 520, Right = 330;
    private const string Ahead = "#1a7f5a", Tie = "#8a8a8a", Behind = "#b5402a";

    public static string Svg(QualityResult result)
    {
        TableResult[] tables = [.. result.Tables.Where(t => !double.IsNaN(t.BestPeer)).OrderByDescending(t => double.IsNaN(t.Own) ? double.NegativeInfinity : t.GainOf(t.Own))];
        int height = Top + (tables.Length * RowHeight) + 34, bottom = Top + (tables.Length * RowHeight);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + Right} {height}" width="{Left + Width + Right}" height="{height}" font-family="sans-serif" font-size="12">""").Append('\n');
        svg.Append("""<rect width="100%" height="100%" fill="#ffffff"/>""").Append('\n');
        Text(svg, 10, 20, $"Gain over the best peer on each table, {result.Budget.ToString(CultureInfo.InvariantCulture)} s, test part", "start", "#111111", "font-size=\"15\"");
        Text(svg, 10, 38, "Bar: mean over the seeds. Dots: the seeds. Grey band: a tie.", "start", "#555555");
        svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{X(-Comparison.TieShare * 100):0.0}" y="{Top}" width="{X(Comparison.TieShare * 100) - X(-Comparison.TieShare * 100):0.0}" height="{bottom - Top}" fill="#cccccc"/>""").Append('\n');
        for (int tick = (int)-Most; tick <= Most; tick += 5)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{X(tick):0.0}" y1="{Top}" x2="{X(tick):0.0}" y2="{bottom}" stroke="{(tick == 0 ? "#333333" : "#dddddd")}"/>""").Append('\n');
            string edge = tick == (int)-Most ? "≤ " : tick == (int)Most ? "≥ " : "";
            Text(svg, X(tick), bottom + 18, $"{edge}{(tick > 0 ? "+" : "")}{tick.ToString(CultureInfo.InvariantCulture).Replace('-', '−')} %", "middle", "#555555");
        }
        for (int i = 0; i < tables.Length; i++) Row(svg, tables[i], Top + (i * RowHeight));
        return svg.Append("</svg>\n").ToString();
    }

    private static void Row(StringBuilder svg, TableResult table, int y)
    {
        double middle = y + (RowHeight / 2.0), gain = table.GainOf(table.Own) * 100;
        Text(svg, Left - 8, middle + 4, table.Data, "end", "#111111");
        string peer = table.Peers.First(p => p.Value == table.BestPeer).Key;
        if (double.IsNaN(gain))
        {
            Text(svg, Left + Width + 8, middle + 4, $"no model; best: {peer}", "start", Behind);
            return;
        }
        string color = Comparison.Of(table.Metric, table.Own, table.BestPeer) switch { Standing.Ahead => Ahead, Standing.Tie => Tie, _ => Behind };
        double from = Math.Min(X(0), X(gain)), to = Math.Max(X(0), X(gain));
        svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{from:0.0}" y="{y + 5}" width="{Math.Max(1, to - from):0.0}" height="{RowHeight - 10}" fill="{color}"/>""").Append('\n');
        if (table.Seeds.Count > 1)
            foreach (double seed in table.Seeds)
                svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{X(table.GainOf(seed) * 100):0.0}" cy="{middle:0.0}" r="2.5" fill="#ffffff" stroke="#111111"/>""").Append('\n');
        Text(svg, Left + Width + 8, middle + 4, string.Create(CultureInfo.InvariantCulture, $"{gain:+0.00;−0.00} % on {peer}"), "start", color);
    }

    private static double X(double percent) => Left + (Width * (Math.Clamp(percent, -Most, Most) + Most) / (2 * Most));

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor, string color, string more = "") =>
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{x:0.0}" y="{y:0.0}" text-anchor="{anchor}" fill="{color}" {more}>{System.Security.SecurityElement.Escape(text)}</text>""").Append('\n');
}
