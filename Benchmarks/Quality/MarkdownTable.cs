using System.Text;

namespace MLPipes.Benchmarks;

/// <summary>A table of Markdown: the first columns are text, and as many of the last as <see cref="LastText"/> says; those between are numbers.</summary>
internal sealed class MarkdownTable(StringBuilder text, int textColumns, params IReadOnlyList<string> heads)
{
    private bool isBegun;

    public int LastText { get; init; }

    public void Row(params IEnumerable<string> cells)
    {
        if (!isBegun)
        {
            Line(heads);
            Line(heads.Select((_, i) => i < textColumns || i >= heads.Count - LastText ? "---" : "--:"));
            isBegun = true;
        }
        Line(cells);
    }

    private void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
