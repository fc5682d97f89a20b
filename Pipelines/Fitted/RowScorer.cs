using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>Scores single rows without allocating. For one thread; make one a thread.</summary>
/// <remarks>Set the cells of <see cref="Buffer"/>, then ask for a score or a prediction; cells keep their values between rows.</remarks>
public sealed class RowScorer
{
    private readonly MLTask task;
    private readonly Decision? decision;
    private readonly BoundMember[] members;
    private readonly float[] raw;
    private readonly double[] sums;

    internal RowScorer(FittedPipeline pipeline)
    {
        task = pipeline.Schema.Task;
        decision = pipeline.Schema.Decision;
        Inputs = pipeline.Inputs;
        Buffer = pipeline.Binding.NewRow();
        Outputs = pipeline.Schema.Outputs;
        raw = new float[Outputs];
        sums = new double[Outputs];
        Dictionary<FittedFeatures, (BoundFeatures, float[])> bound = new(ReferenceEqualityComparer.Instance);
        members = new BoundMember[pipeline.Members.Count];
        for (int m = 0; m < members.Length; m++)
        {
            (FittedFeatures features, IModel model, _) = pipeline.Members[m];
            bool isFirst = !bound.TryGetValue(features, out (BoundFeatures Bound, float[] Values) row);
            if (isFirst) bound[features] = row = (features.Bind(Buffer), new float[features.Features.Count]);
            members[m] = new BoundMember(row.Bound, row.Values, isFirst, model, pipeline.Shares[m]);
        }
    }

    /// <summary>The row that is scored; one cell per column of <see cref="Inputs"/>, in that order. Every cell starts missing.</summary>
    public RowBuffer Buffer { get; }

    /// <summary>The columns of <see cref="Buffer"/>.</summary>
    public IReadOnlyList<InputColumn> Inputs { get; }

    /// <summary>Values per prediction: 1 for binary and regression, one a class for multiclass.</summary>
    public int Outputs { get; }

    /// <summary>
    /// What ML.NET calls the score: a regression's value; a binary model's raw score, or the log-odds of the probability where
    /// several models are averaged or the probability is calibrated.
    /// </summary>
    /// <exception cref="InvalidOperationException">A multiclass pipeline has no single score; ask <see cref="Predict"/>.</exception>
    public float Score()
    {
        if (task == MLTask.Multiclass) throw new InvalidOperationException("A multiclass pipeline has no single score; ask Predict for the probabilities.");
        Span<float> value = stackalloc float[1];
        return Predict(value);
    }

    /// <summary>Predicts the buffer's row.</summary>
    /// <param name="outputs">
    /// [outputs]. Binary: the probability of the positive class. Multiclass: a probability a class. Regression: the value.
    /// </param>
    /// <returns>What <see cref="Score"/> gives; for multiclass the first class's probability.</returns>
    public float Predict(Span<float> outputs)
    {
        outputs = outputs[..Outputs];
        if (members.Length == 1)
        {
            float score = Run(members[0], outputs);
            if (decision is not { Calibrates: true }) return task == MLTask.Binary ? score : outputs[0];
            decision.Calibrate(outputs, Outputs);
            return task == MLTask.Binary ? BatchScores.LogOdds(outputs[0]) : outputs[0];
        }
        sums.AsSpan().Clear();
        foreach (BoundMember member in members)
        {
            Run(member, raw);
            for (int k = 0; k < raw.Length; k++) sums[k] += member.Share * raw[k];
        }
        for (int k = 0; k < raw.Length; k++) outputs[k] = (float)sums[k];
        decision?.Calibrate(outputs, Outputs);
        return task == MLTask.Binary ? BatchScores.LogOdds(outputs[0]) : outputs[0];
    }

    private static float Run(BoundMember member, Span<float> outputs)
    {
        if (member.Featurizes) member.Features.Write(member.Row);
        member.Model.Score(new FeatureRow(member.Row), outputs);
        float score = outputs[0];
        member.Model.Link?.Apply(outputs, outputs.Length);
        return score;
    }

    private sealed record BoundMember(BoundFeatures Features, float[] Row, bool Featurizes, IModel Model, double Share);
}
