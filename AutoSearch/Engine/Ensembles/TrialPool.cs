namespace MLPipes.AutoSearch;

/// <summary>The completed trials that may become part of the result: the best of each trainer, more of those trainers that others are few of; the rest let their models go.</summary>
internal sealed class TrialPool
{
    private const int Kept = 30;

    private readonly List<Member> members = [];

    /// <summary>A completed trial with all that it left.</summary>
    public sealed record Member(TrialEvent.Completed Outcome, float[] OutOfFold, IReadOnlyList<FoldModel> Models);

    /// <summary>Best first; of equal losses the earlier trial first, so that the order of completion changes nothing.</summary>
    public IReadOnlyList<Member> Members => members;

    /// <summary>The trial of that number; null where it is not or no longer here.</summary>
    public Member? Find(int number) => members.Find(m => m.Outcome.Number == number);

    /// <summary>Takes in a result; only completed trials stay.</summary>
    public void Add(FinishedTrial result)
    {
        if (result is not { Event: TrialEvent.Completed outcome, OutOfFold: { } predictions, Models.Count: > 0 } || double.IsNaN(outcome.Loss)) return;
        int at = members.FindIndex(m => outcome.Loss < m.Outcome.Loss || (outcome.Loss == m.Outcome.Loss && outcome.Number < m.Outcome.Number));
        members.Insert(at < 0 ? members.Count : at, new Member(outcome, predictions, result.Models));
        if (members.Count <= Kept) return;
        string most = members.GroupBy(m => m.Outcome.Plan.Trainer).MaxBy(g => g.Count())!.Key;
        members.RemoveAt(members.FindLastIndex(m => m.Outcome.Plan.Trainer == most));
    }
}
