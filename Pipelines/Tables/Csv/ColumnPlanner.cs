using System.Numerics;

namespace MLPipes.Pipelines;

/// <summary>Decides from the facts of all rows how each column is read.</summary>
internal sealed class ColumnPlanner(CsvOptions options, byte separator, List<string> warnings)
{
    /// <summary>float32 holds all integers up to this one.</summary>
    public const long FloatExact = 1L << 24;

    // Eight digits that are dates by chance are likely in two rows, not in more.
    private const int MinCompactDates = 3;

    private bool anyPoint;
    private bool anyComma;

    public ColumnPlan[] Plan(string[] names, ColumnFacts[] facts)
    {
        foreach (ColumnFacts column in facts)
        {
            bool counts = column.IsNumber && column.Values > 0;
            anyPoint |= counts && column.PointOnly > 0;
            anyComma |= counts && column.CommaOnly > 0;
        }
        ColumnPlan[] plans = new ColumnPlan[names.Length];
        for (int i = 0; i < names.Length; i++) plans[i] = Plan(names[i], facts[i]);
        return plans;
    }

    private ColumnPlan Plan(string name, ColumnFacts facts)
    {
        ColumnKind? kind = options.Columns.TryGetValue(name, out ColumnKind forced) ? forced : Infer(name, facts);
        DecimalMark mark = kind is ColumnKind.Number or ColumnKind.Integer ? Mark(name, facts) : DecimalMark.Point;
        DateShape dates = kind == ColumnKind.Date ? Layout(name, facts.Dates) : DateShape.None;
        return new ColumnPlan(name, kind, mark, dates);
    }

    private ColumnKind? Infer(string name, ColumnFacts facts)
    {
        if (facts.Values == 0) return null;
        if (facts.IsBoolean) return ColumnKind.Boolean;
        if (!facts.IsNumber) return facts.Dates == DateShape.None ? null : ColumnKind.Date;
        if (BitOperations.PopCount((ulong)facts.Affixes) > 1)
        {
            warnings.Add($"Column '{name}' mixes numbers with different signs or none (such as $ and €, or % in some cells only); it is read as text, not as a quantity.");
            return null;
        }
        if ((facts.Dates & DateShape.Compact) != 0 && facts.Values >= MinCompactDates) return ColumnKind.Date;
        if ((facts.Seen & NumberShape.HasFraction) != 0) return ColumnKind.Number;
        // Codes, not quantities: a postcode's leading zero counts, and so does each digit of a long number.
        if ((facts.Seen & (NumberShape.HasLeadingZero | NumberShape.IsHuge)) != 0) return null;
        return facts.Low < -FloatExact || facts.High > FloatExact ? ColumnKind.Integer : ColumnKind.Number;
    }

    private DecimalMark Mark(string name, ColumnFacts facts)
    {
        if (options.NumberFormat != NumberFormat.Auto) return options.NumberFormat == NumberFormat.DecimalComma ? DecimalMark.Comma : DecimalMark.Point;
        bool disagree = facts.PointOnly > 0 && facts.CommaOnly > 0;
        bool unsettled = facts.PointOnly == 0 && facts.CommaOnly == 0 && facts.AmbiguousCommas > 0 && facts.AmbiguousPoints > 0;
        if (disagree || unsettled)
        {
            warnings.Add($"Column '{name}' mixes number formats: decimal points in {facts.PointOnly + facts.AmbiguousPoints} cells, decimal commas in "
                + $"{facts.CommaOnly + facts.AmbiguousCommas}. Each cell was read by its own marks (a single mark is the decimal one); set NumberFormat to settle it.");
            return DecimalMark.Mixed;
        }
        if (facts.CommaOnly > 0) return DecimalMark.Comma;
        if (facts.PointOnly > 0) return DecimalMark.Point;
        if (facts.AmbiguousCommas + facts.AmbiguousPoints == 0) return DecimalMark.Point;
        // The column alone does not say; the file's other columns may, and else what usually goes with its separator.
        if (anyComma && anyPoint) return DecimalMark.Mixed;
        if (anyComma) return DecimalMark.Comma;
        if (anyPoint) return DecimalMark.Point;
        return facts.AmbiguousCommas > 0 && separator == ';' ? DecimalMark.Comma : DecimalMark.Point;
    }

    /// <summary>The layout to read a column's dates in, among those that all its cells fit.</summary>
    public DateShape Layout(string name, DateShape fit)
    {
        if ((fit & (DateShape.DayFirst | DateShape.MonthFirst)) == (DateShape.DayFirst | DateShape.MonthFirst))
        {
            if (options.DateOrder != DateOrder.Auto) return options.DateOrder == DateOrder.DayFirst ? DateShape.DayFirst : DateShape.MonthFirst;
            bool isDayFirst = anyComma && !anyPoint;
            warnings.Add($"Column '{name}': each date reads with the day or with the month first; took the {(isDayFirst ? "day" : "month")} first. Set DateOrder to settle it.");
            return isDayFirst ? DateShape.DayFirst : DateShape.MonthFirst;
        }
        return (DateShape)((int)fit & -(int)fit);
    }
}
