using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>Divides rows into rows to learn from and rows to judge by. Same input and seed, same splits, whatever the machine.</summary>
/// <remarks>
/// Random splits are stratified: each class (of a regression: each tenth of the label's range by rank) is spread over the parts as
/// evenly as whole rows allow.
/// </remarks>
public static class Splits
{
    /// <summary>The splits that a table's roles ask for: by its fold column, else by time, else by group, else at random.</summary>
    /// <param name="table">The rows; those of <paramref name="target"/>.</param>
    /// <param name="roles">Which columns are group and fold.</param>
    /// <param name="target">The label of the same rows.</param>
    /// <param name="options">Hold-out or folds, share and seed.</param>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    /// <exception cref="TableException">There are too few rows, groups or points in time.</exception>
    public static IReadOnlyList<Split> Of(Table table, Roles roles, Target target, SplitOptions options)
    {
        string? fold = roles.With(ColumnRole.Fold).FirstOrDefault(), group = roles.With(ColumnRole.Group).FirstOrDefault();
        options.Check(fold is not null);
        if (fold is not null) return ColumnSplits.ByColumn(table[fold]);
        if (options.TimeColumn is { } time)
            return options.Folds is { } blocks ? TimeSplits.Folds(table[time], blocks) : [TimeSplits.HoldOut(table[time], options.TestShare)];
        if (group is not null)
        {
            int[] groups = GroupSplits.GroupsOf(table[group]);
            return options.Folds is { } parts
                ? Repeated(options, seed => GroupSplits.Folds(target, groups, parts, seed))
                : [GroupSplits.HoldOut(target, groups, options.TestShare, options.Seed)];
        }
        return options.Folds is { } k ? Repeated(options, seed => KFold(target, k, seed)) : [HoldOut(target, options.TestShare, options.Seed)];
    }

    /// <summary>One stratified split; a class with one row stays in train, and every other class keeps a row there.</summary>
    /// <param name="target">The label.</param>
    /// <param name="testShare">Share of rows held out, strictly between 0 and 1.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <exception cref="TableException">There are fewer than two rows, or all rows are of classes with one row.</exception>
    public static Split HoldOut(Target target, double testShare, int seed) => RandomSplits.HoldOut(target, testShare, seed);

    /// <summary><paramref name="folds"/> stratified splits; every row is tested exactly once, so a class with one row is tested untrained.</summary>
    /// <param name="target">The label.</param>
    /// <param name="folds">Number of parts, at least 2 and at most the rows.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <exception cref="TableException">There are fewer rows than folds.</exception>
    public static IReadOnlyList<Split> KFold(Target target, int folds, int seed) => RandomSplits.KFold(target, folds, seed);

    /// <summary><see cref="KFold"/> <paramref name="repeats"/> times under seeds that follow from <paramref name="seed"/>.</summary>
    public static IReadOnlyList<Split> RepeatedKFold(Target target, int folds, int repeats, int seed) =>
        Repeated(new SplitOptions { Repeats = repeats, Seed = seed }, s => KFold(target, folds, s));

    /// <summary>One split whose test rows are the latest; rows of one moment stay together and rows without a time are trained on.</summary>
    /// <exception cref="TableException">The column holds no times, or only one.</exception>
    public static Split HoldOutLatest(Column time, double testShare) => TimeSplits.HoldOut(time, testShare);

    /// <summary><paramref name="folds"/> splits, each testing a later block of time than all it trains on (expanding window).</summary>
    /// <exception cref="TableException">The column holds no times, or fewer moments than blocks.</exception>
    public static IReadOnlyList<Split> ByTime(Column time, int folds) => TimeSplits.Folds(time, folds);

    /// <summary>One split in which no group stands on both sides; a row without a group is a group of its own.</summary>
    /// <exception cref="TableException">There is only one group.</exception>
    public static Split HoldOutGroups(Target target, Column group, double testShare, int seed) =>
        GroupSplits.HoldOut(target, GroupSplits.GroupsOf(group), testShare, seed);

    /// <summary><paramref name="folds"/> splits in which no group stands on both sides, balanced by rows and by class.</summary>
    /// <exception cref="TableException">There are fewer groups than folds.</exception>
    public static IReadOnlyList<Split> ByGroup(Target target, Column group, int folds, int seed) =>
        GroupSplits.Folds(target, GroupSplits.GroupsOf(group), folds, seed);

    /// <summary>The splits that a column names: one where it says train and test, else one per value, which is tested.</summary>
    /// <remarks>
    /// Words for test: test, holdout, valid, validation, val, dev, eval, true; for train: train, training, fit, false; in any case.
    /// Rows without a value are always trained on.
    /// </remarks>
    /// <exception cref="TableException">The column has fewer than two values, or more than 100.</exception>
    public static IReadOnlyList<Split> ByColumn(Column fold) => ColumnSplits.ByColumn(fold);

    private static List<Split> Repeated(SplitOptions options, Func<int, IReadOnlyList<Split>> folds)
    {
        List<Split> all = [];
        // The first repeat keeps the seed, so that more repeats only add splits.
        for (int repeat = 0; repeat < options.Repeats; repeat++) all.AddRange(folds(unchecked(options.Seed + (repeat * 7919)) & int.MaxValue));
        return all;
    }
}
