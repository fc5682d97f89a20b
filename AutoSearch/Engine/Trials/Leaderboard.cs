namespace MLPipes.AutoSearch;

/// <summary>The completed trials, best first: a fold over events.</summary>
public sealed class Leaderboard
{
    private readonly List<LeaderboardRow> rows = [];

    /// <summary>The completed trials, best first; of equal losses, the earlier trial first.</summary>
    public IReadOnlyList<LeaderboardRow> Rows => rows;

    /// <summary>Trials scored on every fold.</summary>
    public int Completed => rows.Count;

    /// <summary>Trials given up after their first fold.</summary>
    public int Dropped { get; private set; }

    /// <summary>Trials that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Trials that were not run to their end.</summary>
    public int Skipped { get; private set; }

    /// <summary>The best so far; null before the first trial completes.</summary>
    public LeaderboardRow? Best => rows.Count > 0 ? rows[0] : null;

    /// <summary>Takes in one event; the order of outcomes does not matter.</summary>
    /// <returns>Whether it made a new best.</returns>
    public bool Observe(TrialEvent happened)
    {
        switch (happened)
        {
            case TrialEvent.Completed completed:
                LeaderboardRow row = new(completed.Number, completed.Plan.Trainer, completed.Score, completed.Loss, completed.Seconds, completed.Plan.Knobs);
                int at = rows.FindIndex(r => row.Loss < r.Loss || (row.Loss == r.Loss && row.Number < r.Number));
                rows.Insert(at < 0 ? rows.Count : at, row);
                return at == 0 || rows.Count == 1;
            case TrialEvent.Dropped: Dropped++; return false;
            case TrialEvent.Failed: Failed++; return false;
            case TrialEvent.Skipped: Skipped++; return false;
            default: return false;
        }
    }
}

/// <summary>One completed trial.</summary>
/// <param name="Number">The trial's number, from 1.</param>
/// <param name="Trainer">The trainer's catalog key.</param>
/// <param name="Score">The metric over all out-of-fold predictions, in its own direction.</param>
/// <param name="Loss">The same, smaller is better.</param>
/// <param name="Seconds">Seconds of fitting and scoring, summed over folds.</param>
/// <param name="Knobs">The hyperparameters by name.</param>
public sealed record LeaderboardRow(int Number, string Trainer, double Score, double Loss, double Seconds, IReadOnlyDictionary<string, string> Knobs);
