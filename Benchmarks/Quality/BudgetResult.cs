namespace MLPipes.Benchmarks;

/// <summary>How well studies of one budget kept it, from the start of the process until the model was saved.</summary>
/// <param name="Seconds">The budget.</param>
/// <param name="Runs">Studies that ended with a model.</param>
/// <param name="LongestOver">Most seconds over the budget; negative where none went over.</param>
/// <param name="LeastShare">The least share of the budget that was used by a study that had not finished.</param>
/// <param name="Over">Studies over the budget by more than 2 % and more than 1 s.</param>
/// <param name="Under">Studies under 90 % that had not finished.</param>
/// <param name="Finished">Studies that had nothing left to try.</param>
/// <param name="Ends">Number of studies by why they ended.</param>
internal sealed record BudgetResult(double Seconds, int Runs, double LongestOver, double LeastShare, IReadOnlyList<QualityRow> Over, IReadOnlyList<QualityRow> Under, int Finished, IReadOnlyDictionary<string, int> Ends)
{
    private const double LeastUsed = 0.9;

    public int Outside => Over.Count + Under.Count;

    public static double Limit(double budget) => budget + Math.Max(budget * 0.02, 1);

    /// <summary>One summary for each budget, the shortest first; studies on a processor-time clock and those without a model say nothing of it.</summary>
    public static List<BudgetResult> From(IEnumerable<QualityRow> rows)
    {
        List<BudgetResult> results = [];
        foreach (IGrouping<double, QualityRow> group in rows.Where(r => r.Clock == "wall" && r.Error.Length == 0).GroupBy(r => r.SecondsBudget).OrderBy(g => g.Key))
        {
            QualityRow[] runs = [.. group];
            // With nothing left to try it may end as early as it likes.
            QualityRow[] unfinished = [.. runs.Where(r => !IsFinished(r))];
            results.Add(new BudgetResult(
                group.Key,
                runs.Length,
                runs.Max(r => r.SecondsUsed - group.Key),
                unfinished.Length == 0 ? double.NaN : unfinished.Min(r => r.SecondsUsed / group.Key),
                [.. runs.Where(r => r.SecondsUsed > Limit(group.Key))],
                [.. unfinished.Where(r => r.SecondsUsed < LeastUsed * group.Key)],
                runs.Length - unfinished.Length,
                runs.CountBy(r => r.End).OrderBy(c => c.Key, StringComparer.Ordinal).ToDictionary()));
        }
        return results;
    }

    private static bool IsFinished(QualityRow row) => row.End is nameof(StudyEnd.Exhausted) or nameof(StudyEnd.Trials) or nameof(StudyEnd.Patience);
}
