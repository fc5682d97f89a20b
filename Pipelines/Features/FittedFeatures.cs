namespace MLPipes.Pipelines;

/// <summary>Everything that turns the columns of a table into what a model reads. Immutable and safe to use from several threads.</summary>
public sealed class FittedFeatures : IPlainPart<FittedFeatures>
{
    private readonly FeatureStep[] steps;
    private readonly FeatureInfo[] features;

    /// <summary>Steps side by side.</summary>
    /// <param name="steps">At least one, each with at least one feature.</param>
    /// <param name="isSparse">Whether matrices are stored sparse; decided once, so that training and prediction agree.</param>
    public FittedFeatures(IReadOnlyList<FeatureStep> steps, bool isSparse)
    {
        this.steps = [.. steps];
        if (steps.Sum(s => s.Transform.Features.Count) == 0) throw new ArgumentException("There are no features.", nameof(steps));
        foreach (FeatureStep step in steps)
            if (step.Inputs.Count != step.Transform.InputCount)
                throw new ArgumentException($"A step names {step.Inputs.Count} columns and reads {step.Transform.InputCount}.", nameof(steps));
        features = UniqueNames(steps.SelectMany(s => s.Transform.Features));
        Inputs = steps.SelectMany(s => s.Inputs).Distinct(StringComparer.Ordinal).ToArray();
        IsSparse = isSparse;
    }

    /// <inheritdoc/>
    public static string Kind => "features";

    /// <summary>The steps, in the order of their features.</summary>
    public IReadOnlyList<FeatureStep> Steps => steps;

    /// <summary>What each feature is, with unique names.</summary>
    public IReadOnlyList<FeatureInfo> Features => features;

    /// <summary>Names of the columns that are read, each once.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Whether <see cref="Transform"/> gives sparse matrices.</summary>
    public bool IsSparse { get; }

    /// <summary>The features of all rows of <paramref name="table"/>, on <paramref name="threads"/> threads (0: all cores).</summary>
    /// <exception cref="TableException">A column is missing, or the table is too large for one matrix.</exception>
    public FeatureMatrix Transform(Table table, int threads = 0, CancellationToken cancel = default) =>
        new FeatureAssembly(steps, features, table).Build(IsSparse, threads, cancel);

    /// <summary>Ties the steps to the columns of <paramref name="buffer"/>, to write single rows without allocating.</summary>
    /// <exception cref="ArgumentException">The buffer lacks a column of <see cref="Inputs"/>.</exception>
    public BoundFeatures Bind(RowBuffer buffer) => new(steps, features.Length, buffer);

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Bool(IsSparse);
        writer.Int(steps.Length);
        foreach (FeatureStep step in steps)
        {
            writer.Strings(step.Inputs);
            writer.Part(step.Transform);
        }
    }

    /// <inheritdoc/>
    public static FittedFeatures Read(PlainReader reader)
    {
        bool isSparse = reader.Bool();
        int count = reader.Int(1, 1 << 24, "steps");
        List<FeatureStep> steps = [];
        long width = 0;
        for (int i = 0; i < count; i++)
        {
            FeatureStep step = new(reader.Strings(), reader.Part<ITransform>());
            if (step.Inputs.Count != step.Transform.InputCount)
                throw reader.Damaged($"a step names {step.Inputs.Count} columns and reads {step.Transform.InputCount}");
            width += step.Transform.Features.Count;
            steps.Add(step);
        }
        return width is > 0 and <= 1 << 28 ? new FittedFeatures(steps, isSparse) : throw reader.Damaged($"{width} features");
    }

    private static FeatureInfo[] UniqueNames(IEnumerable<FeatureInfo> all)
    {
        FeatureInfo[] unique = [.. all];
        HashSet<string> taken = new(unique.Length, StringComparer.Ordinal);
        for (int i = 0; i < unique.Length; i++)
        {
            string name = unique[i].Name;
            for (int number = 2; !taken.Add(name); number++) name = $"{unique[i].Name}#{number}";
            if (!ReferenceEquals(name, unique[i].Name)) unique[i] = unique[i] with { Name = name };
        }
        return unique;
    }
}
