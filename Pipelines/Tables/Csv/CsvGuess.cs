namespace MLPipes.Pipelines;

/// <summary>What the file's first rows let expect of the others. A wrong guess costs a second look at a column, and changes nothing.</summary>
/// <param name="Plans">How each column will probably be read.</param>
/// <param name="IsSettled">Columns that these rows alone show to be strings, whatever follows.</param>
/// <param name="BytesPerRow">The mean length of a row.</param>
internal sealed record CsvGuess(ColumnPlan[] Plans, bool[] IsSettled, double BytesPerRow)
{
    private const int SampleBytes = 1 << 17;

    public static CsvGuess From(IByteSource source, CsvHead head, CsvOptions options, MissingWords missing)
    {
        ColumnFacts[] columns = [.. head.Names.Select(name => new ColumnFacts(options.Columns.ContainsKey(name)))];
        ChunkFacts facts = new() { Start = head.DataStart, Columns = columns, Parts = [] };
        ChunkFacts.Visitor visitor = new(facts, head.Separator, missing, options.MaxRows ?? long.MaxValue, rowsExpected: 0);
        long limit = Math.Min(source.Length, head.DataStart + Math.Min(SampleBytes, options.ChunkBytes));
        RowWalk.Visit(source, head.DataStart, limit, head.Separator, columns.Length, SampleBytes, ref visitor);
        // The planner's warnings are for the plan that all rows lead to.
        ColumnPlan[] plans = new ColumnPlanner(options, head.Separator, []).Plan(head.Names, columns);
        return new CsvGuess(plans, [.. columns.Select(c => c.IsSettled)], Math.Max(1.0, (double)(limit - head.DataStart) / Math.Max(1, facts.AllRows)));
    }
}
