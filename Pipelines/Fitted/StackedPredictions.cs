using System.Buffers;

namespace MLPipes.Pipelines;

/// <summary>One model of a stack's first layer.</summary>
/// <param name="Features">Turns columns into the features that the model reads.</param>
/// <param name="Model">Scores the features.</param>
public sealed record StackedModel(FittedFeatures Features, IModel Model);

/// <summary>Predictions of other models as features: the first layer of a stack. The models of one group are averaged, as the folds of a trial are.</summary>
/// <remarks>
/// What a second layer learns from must be predictions of rows that the first did not see; whoever fits one gives it out-of-fold
/// predictions in the place of these features. Source: Wolpert, Stacked Generalization, Neural Networks 5(2), 1992.
/// </remarks>
public sealed class StackedPredictions : ITransform, IPlainPart<StackedPredictions>
{
    private readonly StackedModel[][] groups;
    private readonly FeatureInfo[] features;
    private readonly string[] inputs;
    private readonly int outputs;
    private readonly FittedFeatures[] distinct;
    private readonly int[][][] columnsOf; // [distinct][step][input] -> index in inputs

    /// <summary>The predictions of <paramref name="groups"/>, side by side.</summary>
    /// <param name="groups">At least one group of at least one model; all with the same number of outputs.</param>
    /// <exception cref="ArgumentException">A group is empty, or the models do not fit their features or each other.</exception>
    public StackedPredictions(IReadOnlyList<IReadOnlyList<StackedModel>> groups)
    {
        if (groups.Count == 0 || groups.Any(g => g.Count == 0)) throw new ArgumentException("A group of models is empty.", nameof(groups));
        this.groups = [.. groups.Select(g => g.ToArray())];
        outputs = groups[0][0].Model.OutputCount;
        foreach (StackedModel model in groups.SelectMany(g => g))
        {
            if (model.Model.OutputCount != outputs) throw new ArgumentException($"A model has {model.Model.OutputCount} outputs, another {outputs}.", nameof(groups));
            if (model.Model.FeatureCount != model.Features.Features.Count)
                throw new ArgumentException($"A model reads {model.Model.FeatureCount} features, {model.Features.Features.Count} are made for it.", nameof(groups));
        }
        distinct = [.. groups.SelectMany(g => g).Select(m => m.Features).Distinct(ReferenceEqualityComparer.Instance).Cast<FittedFeatures>()];
        inputs = [.. distinct.SelectMany(f => f.Inputs).Distinct(StringComparer.Ordinal)];
        columnsOf = [.. distinct.Select(f => f.Steps.Select(s => s.Inputs.Select(name => Array.IndexOf(inputs, name)).ToArray()).ToArray())];
        features = [.. Enumerable.Range(0, groups.Count * outputs).Select(i => new FeatureInfo(outputs == 1 ? $"stacked.{i}" : $"stacked.{i / outputs}.{i % outputs}", inputs[0]))];
    }

    /// <inheritdoc/>
    public static string Kind => "stacked-predictions";

    /// <summary>Names of the columns that it reads, in the order of <see cref="Write(ReadOnlySpan{Column}, int, int, FeatureBlock)"/>.</summary>
    public IReadOnlyList<string> Inputs => inputs;

    /// <summary>The models, group by group.</summary>
    public IReadOnlyList<IReadOnlyList<StackedModel>> Groups => groups;

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features => features;

    /// <inheritdoc/>
    public int InputCount => inputs.Length;

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        float[] sums = ArrayPool<float>.Shared.Rent(count * features.Length), scores = ArrayPool<float>.Shared.Rent(count * outputs);
        sums.AsSpan(0, count * features.Length).Clear();
        for (int d = 0; d < distinct.Length; d++)
        {
            int width = distinct[d].Features.Count;
            float[] cells = count == 1 ? ArrayPool<float>.Shared.Rent(width) : new float[count * width];
            cells.AsSpan(0, count * width).Clear();
            WriteFeatures(d, inputs, start, count, cells.AsSpan(0, count * width));
            FeatureMatrix? matrix = count == 1 ? null : FeatureMatrix.Dense(cells, distinct[d].Features);
            for (int g = 0; g < groups.Length; g++)
                foreach (StackedModel member in groups[g])
                {
                    if (!ReferenceEquals(member.Features, distinct[d])) continue;
                    Span<float> own = scores.AsSpan(0, count * outputs);
                    if (matrix is null) member.Model.Score(new FeatureRow(cells.AsSpan(0, width)), own);
                    else member.Model.ScoreBatch(matrix, 0, count, own);
                    member.Model.Link?.Apply(own, outputs);
                    for (int row = 0; row < count; row++)
                        for (int k = 0; k < outputs; k++) sums[(row * features.Length) + (g * outputs) + k] += own[(row * outputs) + k];
                }
            if (count == 1) ArrayPool<float>.Shared.Return(cells);
        }
        for (int row = 0; row < count; row++)
            for (int f = 0; f < features.Length; f++) block.Set(row, f, sums[(row * features.Length) + f] / groups[f / outputs].Length);
        ArrayPool<float>.Shared.Return(sums);
        ArrayPool<float>.Shared.Return(scores);
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Parts(distinct);
        writer.Int(groups.Length);
        foreach (StackedModel[] group in groups)
        {
            writer.Ints([.. group.Select(m => Array.IndexOf(distinct, m.Features))]);
            writer.Parts([.. group.Select(m => m.Model)]);
        }
    }

    /// <inheritdoc/>
    public static StackedPredictions Read(PlainReader reader)
    {
        FittedFeatures[] features = reader.Parts<FittedFeatures>();
        int count = reader.Int(1, 1 << 16, "groups");
        List<StackedModel[]> groups = [];
        for (int g = 0; g < count; g++)
        {
            int[] numbers = reader.Ints();
            IModel[] models = reader.Parts<IModel>();
            if (models.Length == 0 || models.Length != numbers.Length) throw reader.Damaged($"a group has {models.Length} models and {numbers.Length} features");
            foreach (int number in numbers) if ((uint)number >= (uint)features.Length) throw reader.Damaged($"a model reads features {number} of {features.Length}");
            groups.Add([.. models.Select((m, i) => new StackedModel(features[numbers[i]], m))]);
        }
        return new StackedPredictions(groups);
    }

    private void WriteFeatures(int index, ReadOnlySpan<Column> inputs, int start, int count, Span<float> cells)
    {
        FittedFeatures made = distinct[index];
        int width = made.Features.Count, offset = 0;
        for (int s = 0; s < made.Steps.Count; s++)
        {
            ITransform transform = made.Steps[s].Transform;
            int[] chosen = columnsOf[index][s];
            Column[] columns = ArrayPool<Column>.Shared.Rent(chosen.Length);
            for (int i = 0; i < chosen.Length; i++) columns[i] = inputs[chosen[i]];
            transform.Write(columns.AsSpan(0, chosen.Length), start, count, new FeatureBlock(cells[offset..], width));
            ArrayPool<Column>.Shared.Return(columns, clearArray: true);
            offset += transform.Features.Count;
        }
    }
}
