using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>The label as numbers whose averages say something: 0/1 for each class, or the number itself.</summary>
internal sealed class LabelValues
{
    private readonly Target target;
    private readonly float[]? weights;
    private readonly int[] outputOfClass;

    private LabelValues(Target target, float[]? weights, int[] outputOfClass, string[] names)
    {
        this.target = target;
        this.weights = weights;
        this.outputOfClass = outputOfClass;
        Names = names;
    }

    /// <summary>What each output is, for feature names; empty text for a single output.</summary>
    public string[] Names { get; }

    /// <summary>Number of outputs: 1 for binary and regression, one for each of the most frequent classes else.</summary>
    public int Count => Names.Length;

    public int Rows => target.Count;

    public double WeightOf(int row) => weights is null ? 1 : weights[row];

    /// <summary>The label of <paramref name="row"/> for <paramref name="output"/>.</summary>
    public double At(int row, int output) => target.Task switch
    {
        MLTask.Regression => target.Values[row],
        MLTask.Binary => target.Values[row],
        _ => outputOfClass[(int)target.Values[row]] == output ? 1 : 0,
    };

    public static LabelValues Of(Target target, float[]? weights, int maxClasses)
    {
        if (target.Task != MLTask.Multiclass) return new LabelValues(target, weights, [], [""]);
        int[] counts = new int[target.Classes.Count];
        foreach (float label in target.Values) counts[(int)label]++;
        int[] kept = [.. Enumerable.Range(0, counts.Length).OrderByDescending(c => counts[c]).ThenBy(c => c).Take(maxClasses).Order()];
        int[] outputs = new int[counts.Length];
        Array.Fill(outputs, -1);
        for (int i = 0; i < kept.Length; i++) outputs[kept[i]] = i;
        return new LabelValues(target, weights, outputs, [.. kept.Select(c => target.Classes[c])]);
    }
}
