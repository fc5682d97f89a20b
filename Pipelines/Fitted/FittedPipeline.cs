using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>A trained pipeline: reads tables, rows or IDataViews and predicts. Immutable and safe to use from several threads.</summary>
public sealed partial class FittedPipeline
{
    private readonly InputBinding binding;
    private readonly PipelineMember[] members;

    /// <summary>A pipeline of <paramref name="members"/>, whose predictions are averaged by weight.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    public FittedPipeline(PipelineSchema schema, IReadOnlyList<PipelineMember> members, PipelineManifest manifest)
    {
        if (schema.Problems().FirstOrDefault() is { } problem) throw new ArgumentException($"The schema does not hold: {problem}.", nameof(schema));
        if (manifest.Task != schema.Task) throw new ArgumentException($"The manifest says {manifest.Task}, the schema {schema.Task}.", nameof(manifest));
        if (members.Count == 0) throw new ArgumentException("A pipeline needs at least one member.", nameof(members));
        foreach (PipelineMember member in members)
        {
            (int width, int outputs) = (member.Features.Features.Count, member.Model.OutputCount);
            if (member.Model.FeatureCount != width)
                throw new ArgumentException($"A model reads {member.Model.FeatureCount} features, {width} are made for it.", nameof(members));
            if (outputs != schema.Outputs)
                throw new ArgumentException($"A model has {outputs} outputs, the schema asks for {schema.Outputs}.", nameof(members));
            if (member.Model.Link is null && schema.Task != MLTask.Regression)
                throw new ArgumentException("A classification's model gives bare margins: calibrate it first.", nameof(members));
            if (!(member.Weight > 0) || !double.IsFinite(member.Weight))
                throw new ArgumentException($"A member's weight is {member.Weight}; weights are above 0.", nameof(members));
        }
        Schema = schema;
        Manifest = manifest;
        this.members = [.. members];
        binding = new InputBinding(schema, members);
        Shares = [.. members.Select(m => m.Weight / members.Sum(o => o.Weight))];
    }

    /// <summary>What it reads and what it predicts.</summary>
    public PipelineSchema Schema { get; }

    /// <summary>The featurized models behind it, at least one.</summary>
    public IReadOnlyList<PipelineMember> Members => members;

    /// <summary>Where it comes from.</summary>
    public PipelineManifest Manifest { get; }

    /// <summary>The columns that it reads; a row that is to be predicted needs no other.</summary>
    public IReadOnlyList<InputColumn> Inputs => binding.Inputs;

    /// <summary>Each member's share of the average; they sum to 1.</summary>
    internal double[] Shares { get; }

    internal InputBinding Binding => binding;

    /// <summary>Predicts all rows of <paramref name="table"/>.</summary>
    /// <param name="table">
    /// Has at least the columns of <see cref="Inputs"/>; columns stored otherwise than in training are converted, cells that can't be
    /// read count as missing and are told in <see cref="Predictions.Warnings"/>.
    /// </param>
    /// <param name="threads">Threads to use; 0 for all cores.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="TableException">Columns are missing.</exception>
    public Predictions Predict(Table table, int threads = 0, CancellationToken cancel = default)
    {
        List<string> warnings = [];
        Table bound = binding.Bind(table, warnings);
        BatchScores batch = BatchScores.Of(this, bound, threads, cancel);
        return new Predictions(Schema, batch.Values, batch.Scores, warnings);
    }

    /// <summary>A scorer of single rows for one thread, which allocates nothing per row.</summary>
    public RowScorer CreateRowScorer() => new(this);
}
