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
    public Column Finish(string? source) => plan.Kind switch
    {
        ColumnKind.Number => new NumberColumn(plan.Name, numbers),
        ColumnKind.Integer => new IntegerColumn(plan.Name, longs),
        ColumnKind.Boolean => new BooleanColumn(plan.Name, booleans),
        ColumnKind.Date => new DateColumn(plan.Name, longs),
        _ => Strings(source),
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

    private Column Strings(string? source)
    {
        long strings = parts.Sum(p => (long)((StringPart)p).Pool.Count), room = parts.Sum(p => (long)((StringPart)p).Pool.TotalBytes);
        StringPool all = parts.Length == 1 ? ((StringPart)parts[0]).Pool
            : new StringPool((int)Math.Clamp(strings, 16, StringPool.MaxBytes / 8), (int)Math.Min(room, StringPool.MaxBytes));
        for (int i = 0; i < parts.Length; i++)
        {
            StringPart part = (StringPart)parts[i];
            int[]? map = part.IsFull ? null : parts.Length == 1 ? [] : all.AddAll(part.Pool);
            if (map is null) throw new TableException(plan.Name, found: "more than 1 GiB of distinct text", expected: "less in one column", source: source);
            if (map.Length > 0)
                foreach (ref int code in codes.AsSpan(firstRows[i]..firstRows[i + 1])) if (code >= 0) code = map[code];
            // The part's bytes are in the common pool now; warnings still need the part itself.
            parts[i] = new StringPart(codes);
        }
        return StringColumns.Make(plan.Name, codes, all, plan.Kind);
    }
}
