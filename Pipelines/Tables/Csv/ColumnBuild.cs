namespace MLPipes.Pipelines;

/// <summary>A column under construction: its storage, and one part for each run of rows.</summary>
internal sealed class ColumnBuild
{
    private readonly ColumnPlan plan;
    private readonly ColumnPart[] parts;
    private readonly int[] firstRows;
    private readonly float[] numbers = [];
    private readonly long[] longs = [];
    private readonly byte[] booleans = [];
    private readonly int[] codes = [];

    /// <param name="plan">How it is read.</param>
    /// <param name="rows">Rows in all.</param>
    /// <param name="firstRows">The first row of each part, and behind the last one <paramref name="rows"/>.</param>
    public ColumnBuild(ColumnPlan plan, int rows, int[] firstRows)
    {
        this.plan = plan;
        this.firstRows = firstRows;
        parts = new ColumnPart[firstRows.Length - 1];
        switch (plan.Kind)
        {
            case ColumnKind.Number: numbers = GC.AllocateUninitializedArray<float>(rows); break;
            case ColumnKind.Integer or ColumnKind.Date: longs = GC.AllocateUninitializedArray<long>(rows); break;
            case ColumnKind.Boolean: booleans = GC.AllocateUninitializedArray<byte>(rows); break;
            default: codes = GC.AllocateUninitializedArray<int>(rows); break;
        }
    }

    /// <summary>A reader for part <paramref name="index"/>; parts may be read at the same time.</summary>
    public ColumnPart Part(int index) => parts[index] = plan.Kind switch
    {
        ColumnKind.Number => new NumberPart(numbers, plan.Mark),
        ColumnKind.Integer => new IntegerPart(longs, plan.Mark),
        ColumnKind.Boolean => new BooleanPart(booleans),
        ColumnKind.Date => new DatePart(longs, plan.Dates),
        _ => new StringPart(codes),
    };

    /// <summary>The column, when all parts have been read.</summary>
    public Column Finish(string? source, int threads) => plan.Kind switch
    {
        ColumnKind.Number => new NumberColumn(plan.Name, numbers),
        ColumnKind.Integer => new IntegerColumn(plan.Name, longs),
        ColumnKind.Boolean => new BooleanColumn(plan.Name, booleans),
        ColumnKind.Date => new DateColumn(plan.Name, longs),
        _ => Strings(source, threads),
    };

    /// <summary>One sentence per thing that reading this column noticed.</summary>
    /// <param name="rowNumber">From a row's index in the table to its number in the file.</param>
    public IEnumerable<string> Warnings(Func<int, long> rowNumber)
    {
        int unreadable = parts.Sum(p => p.Unreadable), infinite = parts.Sum(p => p.Infinite);
        if (unreadable > 0)
        {
            ColumnPart first = parts.First(p => p.Unreadable > 0);
            yield return $"Column '{plan.Name}': {unreadable} {Cells(unreadable)} not a {Word(plan.Kind)} and became missing; the first is '{first.Example}' in row {rowNumber(first.FirstUnreadable)}.";
        }
        if (infinite > 0)
        {
            ColumnPart first = parts.First(p => p.Infinite > 0);
            yield return $"Column '{plan.Name}': {infinite} {Cells(infinite)} infinite or beyond float32 and became missing; the first is in row {rowNumber(first.FirstInfinite)}.";
        }
    }

    private static string Cells(int count) => count == 1 ? "cell is" : "cells are";

    private static string Word(ColumnKind? kind) => kind switch
    {
        ColumnKind.Integer => "whole number",
        ColumnKind.Boolean => "true or false value",
        ColumnKind.Date => "date",
        _ => "number",
    };

    private Column Strings(string? source, int threads)
    {
        StringPart[] strings = [.. parts.Cast<StringPart>()];
        StringMerge? merge = null;
        bool isFull = strings.Any(s => s.IsFull) || (strings.Length > 1 && (merge = StringMerge.Of([.. strings.Select(s => s.Pool)], threads)) is null);
        if (isFull) throw new TableException(plan.Name, found: "more than 1 GiB of distinct text", expected: "less in one column", source: source);
        // Warnings still need the parts, but not what they held.
        for (int i = 0; i < parts.Length; i++) parts[i] = new StringPart([]);
        if (merge is null) return StringColumns.Make(plan.Name, codes, [strings[0].Pool], plan.Kind, threads);
        Chunked.Run(strings.Length, threads, i =>
        {
            Span<int> rows = codes.AsSpan(firstRows[i]..firstRows[i + 1]);
            merge.Translate(i, rows, rows);
        });
        return StringColumns.Make(plan.Name, codes, merge.Pools, plan.Kind, threads);
    }
}
