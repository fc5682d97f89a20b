namespace MLPipes.Pipelines;

/// <summary>How well single columns predict the label on rows they were not fitted on.</summary>
internal static class LeakFinder
{
    /// <summary>Fewer rows than this prove nothing.</summary>
    private const int FewestRows = 100;

    /// <summary>Fewer rows of a class than this, in either half, prove nothing.</summary>
    private const int FewestOfClass = 10;

    private const int MostRows = 20_000;
    private const int Bins = 256;
    private const double SureShare = 0.995, SureR2 = 0.99;

    /// <summary>A sentence on how well <paramref name="column"/> alone predicts the label; null unless almost perfectly.</summary>
    /// <param name="column">The feature.</param>
    /// <param name="label">[rows]: class index or number; NaN where missing.</param>
    /// <param name="classes">Number of classes; 0 for a regression.</param>
    public static string? Find(Column column, double[] label, int classes)
    {
        if (column.Kind is ColumnKind.Vector or ColumnKind.Text) return null;
        int stride = Math.Max(1, label.Length / MostRows);
        List<(double X, double Y)> fit = [], test = [];
        double[]? numbers = column is CategoryColumn ? null : column.Sampled(1);
        for (int row = 0, i = 0; row < label.Length; row += stride)
        {
            if (double.IsNaN(label[row])) continue;
            double x = numbers is not null ? numbers[row] : column.IsMissing(row) ? double.NaN : ((CategoryColumn)column).Codes[row];
            // Halves by a mixed index: alternating rows would pair neighbours of sorted data.
            ((CellHash.Of((double)i++) & 1) == 0 ? fit : test).Add((x, label[row]));
        }
        if (fit.Count + test.Count < FewestRows) return null;
        return classes == 0 ? OfNumbers(fit, test, column) : OfClasses(fit, test, column, classes);
    }

    private static string? OfClasses(List<(double X, double Y)> fit, List<(double X, double Y)> test, Column column, int classes)
    {
        int[] inFit = CountOf(fit, classes), inTest = CountOf(test, classes);
        int common = Enumerable.Range(0, classes).Count(c => inFit[c] >= FewestOfClass && inTest[c] >= FewestOfClass);
        if (common < 2) return null;
        Cells cells = new(fit, column is CategoryColumn);
        double[,] votes = new double[cells.Count, classes];
        foreach ((double x, double y) in fit) votes[cells.Of(x), (int)y]++;
        // A column of many values knows most of them from one row each: what it has not seen says nothing.
        double right = 0, seen = 0;
        double[] rightOf = new double[classes];
        foreach ((double x, double y) in test)
        {
            int cell = cells.Find(x), best = -1;
            if (cell < 0) continue;
            seen++;
            for (int c = 0; c < classes; c++) if (best < 0 || votes[cell, c] > votes[cell, best]) best = c;
            if (best != (int)y) continue;
            right++;
            rightOf[best]++;
        }
        double recall = 0;
        for (int c = 0; c < classes; c++) if (inTest[c] >= FewestOfClass) recall += rightOf[c] / inTest[c] / common;
        double accuracy = right / Math.Max(1, test.Count);
        return accuracy >= SureShare && recall >= SureShare - 0.02 && seen >= 0.9 * test.Count
            ? FormattableString.Invariant($"predicts the label of {100 * accuracy:0.0} % of the rows it was not fitted on") : null;
    }

    private static string? OfNumbers(List<(double X, double Y)> fit, List<(double X, double Y)> test, Column column)
    {
        Cells cells = new(fit, column is CategoryColumn);
        if (cells.Count > fit.Count / 4 && column is CategoryColumn) return null;
        double[] n = new double[cells.Count], sumX = new double[cells.Count], sumY = new double[cells.Count];
        foreach ((double x, double y) in fit)
        {
            int cell = cells.Of(x);
            n[cell]++;
            sumX[cell] += double.IsNaN(x) ? 0 : x;
            sumY[cell] += y;
        }
        double mean = test.Average(t => t.Y), errors = 0, spread = 0;
        foreach ((double x, double y) in test)
        {
            int cell = cells.Find(x);
            double p = cell < 0 || n[cell] == 0 ? mean : sumY[cell] / n[cell];
            if (cell >= 0 && n[cell] > 0 && column is not CategoryColumn && !double.IsNaN(x))
            {
                // Between the centres of two bins the prediction runs in a straight line.
                double centre = sumX[cell] / n[cell];
                int next = x < centre ? cell - 1 : cell + 1;
                if (next >= cells.FirstNumber && next < cells.Count && n[next] > 0 && sumX[next] / n[next] is var other && other != centre)
                    p += (x - centre) / (other - centre) * ((sumY[next] / n[next]) - p);
            }
            errors += (y - p) * (y - p);
            spread += (y - mean) * (y - mean);
        }
        double r2 = spread == 0 ? 0 : 1 - (errors / spread);
        return r2 >= SureR2 ? FormattableString.Invariant($"explains {100 * r2:0.0} % of the label's variance (R²) on rows it was not fitted on") : null;
    }

    private static int[] CountOf(List<(double X, double Y)> rows, int classes)
    {
        int[] counts = new int[classes];
        foreach ((_, double y) in rows) counts[(int)y]++;
        return counts;
    }

    /// <summary>Distinct values, or bins of equal rows where those are too many; cell 0 is for missing values.</summary>
    private sealed class Cells
    {
        private readonly double[] tops;
        private readonly bool areCodes;

        public Cells(List<(double X, double Y)> fit, bool areCodes)
        {
            this.areCodes = areCodes;
            double[] sorted = [.. fit.Where(f => !double.IsNaN(f.X)).Select(f => f.X).Order()];
            double[] distinct = [.. sorted.Distinct()];
            tops = areCodes || distinct.Length <= Bins
                ? distinct
                : [.. Enumerable.Range(1, Bins).Select(b => sorted[(int)(((long)b * sorted.Length / Bins) - 1)]).Distinct()];
            Count = tops.Length + 1;
        }

        public int Count { get; }

        public int FirstNumber => 1;

        /// <summary>The cell of a value that was fitted on.</summary>
        public int Of(double x) => double.IsNaN(x) ? 0 : Place(x) + 1;

        /// <summary>The cell of any value; -1 for a category that was not fitted on.</summary>
        public int Find(double x)
        {
            if (double.IsNaN(x)) return 0;
            int at = Place(x);
            return areCodes && (at >= tops.Length || tops[at] != x) ? -1 : Math.Min(at, tops.Length - 1) + 1;
        }

        private int Place(double x)
        {
            int at = Array.BinarySearch(tops, x);
            return at < 0 ? ~at : at;
        }
    }
}
