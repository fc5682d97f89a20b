namespace MLPipes.Pipelines;

/// <summary>A column under construction: its storage, and one part for each run of rows.</summary>
internal sealed class ColumnBuild
{
    private readonly ColumnPlan plan;
    private readonly ColumnPart[] parts;
    private readonly int[] firstRows;
    private readonly Array storage;

    /// <param name="plan">How it is read.</param>
    /// <param name="rows">Rows in all.</param>
    /// <param name="firstRows">The first row of each part, and behind the last one <paramref name="rows"/>.</param>
    public ColumnBuild(ColumnPlan plan, int rows, int[] firstRows)
    {
        this.plan = plan;
        this.firstRows = firstRows;
        parts = new ColumnPart[firstRows.Length - 1];
        storage = plan.Kind switch
        {
            ColumnKind.Number => GC.AllocateUninitializedArray<float>(rows),
            ColumnKind.Integer or ColumnKind.Date => GC.AllocateUninitializedArray<long>(rows),
            ColumnKind.Boolean => GC.AllocateUninitializedArray<byte>(rows),
            _ => GC.AllocateUninitializedArray<int>(rows),
        };
    }

    /// <summary>A part for rows that are not counted yet, with storage of its own; see <see cref="ColumnPart.Grow(int)"/>.</summary>
    public static ColumnPart LoosePart(ColumnPlan plan) => plan.Kind switch
    {
        ColumnKind.Number => new NumberPart([], plan.Mark),
        ColumnKind.Integer => new IntegerPart([], plan.Mark),
        ColumnKind.Boolean => new BooleanPart([]),
        ColumnKind.Date => new DatePart([], plan.Dates),
        _ => new StringPart([]),
    };

    /// <summary>A reader for part <paramref name="index"/> that writes to the column's storage; parts may be read at the same time.</summary>
    public ColumnPart Part(int index) => parts[index] = storage switch
    {
        float[] numbers => new NumberPart(numbers, plan.Mark),
        long[] integers when plan.Kind == ColumnKind.Integer => new IntegerPart(integers, plan.Mark),
        long[] ticks => new DatePart(ticks, plan.Dates),
        byte[] booleans => new BooleanPart(booleans),
        _ => new StringPart((int[])storage),
    };

    /// <summary>Takes over a part that was read in full under the column's plan.</summary>
    public void Take(int index, ColumnPart part)
    {
        parts[index] = part;
        part.MoveTo(storage, firstRows[index], firstRows[index + 1] - firstRows[index]);
    }

    /// <summary>The column, when all parts have been read.</summary>
    public Column Finish(string? source, int threads) => storage switch
    {
        float[] numbers => new NumberColumn(plan.Name, numbers),
        long[] integers when plan.Kind == ColumnKind.Integer => new IntegerColumn(plan.Name, integers),
        long[] ticks => new DateColumn(plan.Name, ticks),
        byte[] booleans => new BooleanColumn(plan.Name, booleans),
        _ => Strings((int[])storage, source, threads),
    };

    /// <summary>One sentence per thing that reading this column noticed.</summary>
    /// <param name="rowNumber">From a row's index in the table to its number in the file.</param>
    public IEnumerable<string> Warnings(Func<int, long> rowNumber)
    {
        int unreadable = parts.Sum(p => p.Unreadable), infinite = parts.Sum(p => p.Infinite);
        if (unreadable > 0)
        {
            ColumnPart first = parts.First(p => p.Unreadable > 0);
            yield return $"Column '{plan.Name}': {unreadable} {Cells(unreadable)} not a {Word(plan.Kind)} and became missing; the first is '{first.Example}' in row {rowNumber(first.FirstRow + first.FirstUnreadable)}.";
        }
        if (infinite > 0)
        {
            ColumnPart first = parts.First(p => p.Infinite > 0);
            yield return $"Column '{plan.Name}': {infinite} {Cells(infinite)} infinite or beyond float32 and became missing; the first is in row {rowNumber(first.FirstRow + first.FirstInfinite)}.";
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

    private Column Strings(int[] codes, string? source, int threads)
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
