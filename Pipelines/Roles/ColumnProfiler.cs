using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Counts and measures one column, without a word about its role.</summary>
internal static class ColumnProfiler
{
    /// <summary>Up to this many rows everything is counted; above, distinct values and quantiles come from a sample of this size.</summary>
    public const int ExactRows = 1 << 20;

    private const int Shown = 10;

    public static ColumnProfile Measure(Column column) => column switch
    {
        CategoryColumn category => OfCategories(category),
        TextColumn text => OfTexts(text),
        VectorColumn vector => new ColumnProfile { Name = vector.Name, Kind = vector.Kind, Rows = vector.Count, Distinct = vector.Count, DistinctIsExact = false },
        _ => OfNumbers(column),
    };

    private static ColumnProfile OfNumbers(Column column)
    {
        int rows = column.Count, stride = Math.Max(1, (rows + ExactRows - 1) / ExactRows);
        double[] all = column.Sampled(1);
        double sum = 0, min = double.PositiveInfinity, max = double.NegativeInfinity;
        int known = 0;
        bool whole = true;
        foreach (double value in all)
        {
            if (double.IsNaN(value)) continue;
            known++;
            sum += value;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            whole &= value == Math.Floor(value);
        }
        ColumnProfile profile = new() { Name = column.Name, Kind = column.Kind, Rows = rows, Missing = rows - known };
        if (known == 0) return profile;
        double mean = sum / known, squares = 0;
        foreach (double value in all) if (!double.IsNaN(value)) squares += (value - mean) * (value - mean);

        double[] sorted = stride == 1 ? all : column.Sampled(stride);
        Array.Sort(sorted);
        ReadOnlySpan<double> values = WithoutNaN(sorted);
        (int distinct, List<(double Value, int Rows)> top) = CountSorted(values, known);
        bool exact = stride == 1, few = exact && distinct <= 20;
        profile = profile with
        {
            Distinct = distinct,
            DistinctIsExact = exact,
            TopValues = few
                ? [.. top.OrderByDescending(t => t.Rows).Take(Shown).Select(t => new ValueCount(Text(column, t.Value), t.Rows))]
                : [.. Enumerable.Range(0, rows).Where(r => !column.IsMissing(r)).Take(3).Select(r => new ValueCount(column.TextAt(r)!, null))],
        };
        if (column.Kind == ColumnKind.Date) return profile with { First = new DateTime((long)min), Last = new DateTime((long)max) };
        return profile with
        {
            IsWhole = whole,
            Min = min,
            Max = max,
            Mean = mean,
            Deviation = Math.Sqrt(squares / known),
            Quantiles = [.. ((double[])[0.05, 0.25, 0.5, 0.75, 0.95]).Select(q => Quantile(WithoutNaN(sorted), q))],
        };
    }

    /// <summary>The numbers of a sorted array; sorting puts NaN first.</summary>
    private static ReadOnlySpan<double> WithoutNaN(double[] sorted)
    {
        int missing = 0;
        while (missing < sorted.Length && double.IsNaN(sorted[missing])) missing++;
        return sorted.AsSpan(missing);
    }

    /// <summary>Distinct values of a sorted sample, scaled up to <paramref name="known"/> rows, and the first 21 with their counts.</summary>
    /// <remarks>Estimate: √(N/n)·(values seen once) + values seen more often; Charikar et al., PODS 2000, section 3.</remarks>
    private static (int Distinct, List<(double, int)> Values) CountSorted(ReadOnlySpan<double> sorted, int known)
    {
        List<(double, int)> counted = [];
        int once = 0, more = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start]; end++) { }
            if (end - start == 1) once++;
            else more++;
            if (counted.Count <= 20) counted.Add((sorted[start], end - start));
        }
        return (Scaled(once, more, sorted.Length, known), counted);
    }

    private static int Scaled(int once, int more, int sample, int known) =>
        sample >= known ? once + more : once == sample ? known : (int)Math.Min(known, (Math.Sqrt((double)known / sample) * once) + more);

    /// <summary>Quantile by linear interpolation between order statistics (scikit-learn's and NumPy's default).</summary>
    private static double Quantile(ReadOnlySpan<double> values, double share)
    {
        double at = share * (values.Length - 1);
        int below = (int)at;
        double next = values[Math.Min(below + 1, values.Length - 1)];
        return values[below] + ((at - below) * (next - values[below]));
    }

    private static string Text(Column column, double value) => column.Kind switch
    {
        ColumnKind.Boolean => value == 1 ? "true" : "false",
        ColumnKind.Date => new DateColumn("", [(long)value]).TextAt(0)!,
        _ => ((float)value == value ? ((float)value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture)),
    };

    private static ColumnProfile OfCategories(CategoryColumn column)
    {
        int[] counts = new int[column.Categories.Count];
        int missing = 0;
        foreach (int code in column.Codes)
        {
            if (code < 0) missing++;
            else counts[code]++;
        }
        double words = 0, characters = 0;
        int distinct = 0;
        for (int code = 0; code < counts.Length; code++)
        {
            if (counts[code] == 0) continue;
            distinct++;
            words += (double)counts[code] * CellHash.Words(column.Categories[code]);
            characters += (double)counts[code] * column.Categories[code].Length;
        }
        int known = column.Count - missing;
        // Ties in ordinal order, so that the list does not depend on the order of the rows.
        int[] top = [.. Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0).OrderByDescending(c => counts[c]).ThenBy(c => column.Categories[c], StringComparer.Ordinal).Take(Shown)];
        return new ColumnProfile
        {
            Name = column.Name,
            Kind = column.Kind,
            Rows = column.Count,
            Missing = missing,
            Distinct = distinct,
            MeanWords = known == 0 ? null : words / known,
            MeanLength = known == 0 ? null : characters / known,
            TopValues = [.. top.Select(c => new ValueCount(column.Categories[c], counts[c]))],
        };
    }

    private static ColumnProfile OfTexts(TextColumn column)
    {
        int rows = column.Count, stride = Math.Max(1, (rows + ExactRows - 1) / ExactRows), missing = 0;
        double words = 0, characters = 0;
        foreach (ReadOnlyMemory<char> cell in column.Cells)
        {
            if (cell.IsEmpty)
            {
                missing++;
                continue;
            }
            words += CellHash.Words(cell.Span);
            characters += cell.Length;
        }
        ulong[] hashes = new ulong[(rows + stride - 1) / stride];
        int used = 0;
        for (int row = 0; row < rows; row += stride)
            if (!column.Cells[row].IsEmpty) hashes[used++] = CellHash.Of(column.Cells[row].Span);
        Array.Sort(hashes, 0, used);
        int once = 0, more = 0;
        for (int start = 0, end; start < used; start = end)
        {
            for (end = start + 1; end < used && hashes[end] == hashes[start]; end++) { }
            if (end - start == 1) once++;
            else more++;
        }
        int known = rows - missing;
        return new ColumnProfile
        {
            Name = column.Name,
            Kind = column.Kind,
            Rows = rows,
            Missing = missing,
            Distinct = known == 0 ? 0 : Scaled(once, more, stride == 1 ? known : used, known),
            DistinctIsExact = stride == 1,
            MeanWords = known == 0 ? null : words / known,
            MeanLength = known == 0 ? null : characters / known,
            TopValues = [.. Enumerable.Range(0, rows).Where(r => !column.Cells[r].IsEmpty).Take(3).Select(r => new ValueCount(column.TextAt(r)!, null))],
        };
    }
}
