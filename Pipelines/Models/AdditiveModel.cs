namespace MLPipes.Pipelines;

/// <summary>A generalized additive model: score = intercept + Σ effect of each feature's bin.</summary>
public sealed class AdditiveModel : IModel, IPlainPart<AdditiveModel>
{
    // The first layout began with the number of features, which is never negative, and held no rounds.
    private const int Layout = -2;

    private readonly AdditiveTerm[] terms;

    /// <summary>An additive model.</summary>
    /// <param name="features">Features per row.</param>
    /// <param name="terms">At most one a feature; a feature without one adds nothing. Sorted by feature here.</param>
    /// <param name="intercept">Where every score starts.</param>
    /// <param name="link">From scores to predictions; null for bare margins.</param>
    /// <exception cref="ArgumentException">A term is broken, or two are of one feature.</exception>
    public AdditiveModel(int features, IEnumerable<AdditiveTerm> terms, double intercept, ILink? link)
    {
        this.terms = [.. terms.OrderBy(t => t.Feature)];
        if (FindProblem(features, this.terms, intercept) is { } problem) throw new ArgumentException(problem, nameof(terms));
        FeatureCount = features;
        Intercept = intercept;
        Link = link;
    }

    /// <summary>The terms, by feature.</summary>
    public IReadOnlyList<AdditiveTerm> Terms => terms;

    /// <summary>The boosting rounds that the effects were kept at; 0 where they were not learned in rounds.</summary>
    public int Rounds { get; init; }

    /// <summary>Where every score starts.</summary>
    public double Intercept { get; }

    /// <inheritdoc/>
    public static string Kind => "additive";

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public int OutputCount => 1;

    /// <inheritdoc/>
    public ILink? Link { get; }

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        double sum = Intercept;
        FeatureCursor cursor = new(row);
        foreach (AdditiveTerm term in terms) sum += term.EffectOf(cursor.At(term.Feature));
        scores[0] = (float)sum;
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Int(Layout);
        writer.Int(Rounds);
        writer.Int(FeatureCount);
        writer.Double(Intercept);
        writer.Int(terms.Length);
        foreach (AdditiveTerm term in terms)
        {
            writer.Int(term.Feature);
            writer.Floats(term.UpperBounds);
            writer.Doubles(term.Effects);
            writer.Double(term.MissingEffect);
        }
        writer.Bool(Link is not null);
        if (Link is not null) writer.Part(Link);
    }

    /// <inheritdoc/>
    public static AdditiveModel Read(PlainReader reader)
    {
        int features = reader.Int(Layout, int.MaxValue), rounds = 0;
        if (features == Layout)
        {
            rounds = reader.Int(0, int.MaxValue);
            features = reader.Int(0, int.MaxValue);
        }
        if (features < 0) throw reader.Damaged($"{features} features");
        double intercept = reader.Double();
        int count = reader.Int(0, features);
        List<AdditiveTerm> terms = [];
        for (int i = 0; i < count; i++)
            terms.Add(new AdditiveTerm { Feature = reader.Int(), UpperBounds = reader.Floats(), Effects = reader.Doubles(), MissingEffect = reader.Double() });
        AdditiveTerm[] sorted = [.. terms.OrderBy(t => t.Feature)];
        if (FindProblem(features, sorted, intercept) is { } problem) throw reader.Damaged(problem);
        return new AdditiveModel(features, sorted, intercept, reader.Bool() ? reader.Part<ILink>() : null) { Rounds = rounds };
    }

    private static string? FindProblem(int features, AdditiveTerm[] terms, double intercept)
    {
        if (!double.IsFinite(intercept)) return "The intercept is not finite.";
        for (int i = 0; i < terms.Length; i++)
        {
            if (terms[i].FindProblem(features) is { } problem) return $"Term {i}: {problem}.";
            if (i > 0 && terms[i].Feature == terms[i - 1].Feature) return $"Two terms are of feature {terms[i].Feature}.";
        }
        return null;
    }
}
