namespace MLPipes.Pipelines;

/// <summary>A step function of one feature: what it adds to an <see cref="AdditiveModel"/>'s score.</summary>
public sealed class AdditiveTerm
{
    /// <summary>The feature's index.</summary>
    public required int Feature { get; init; }

    /// <summary>The largest value of each bin but the last, [bins − 1], strictly ascending and finite; the last bin takes all above.</summary>
    public required float[] UpperBounds { get; init; }

    /// <summary>What each bin adds, [bins].</summary>
    public required double[] Effects { get; init; }

    /// <summary>What a missing value (NaN) adds.</summary>
    public double MissingEffect { get; init; }

    /// <summary>What <paramref name="value"/> adds.</summary>
    public double EffectOf(float value)
    {
        if (float.IsNaN(value)) return MissingEffect;
        // Lower bound without branches on the data: the first bin whose upper bound is not below the value.
        int first = 0, length = UpperBounds.Length;
        while (length > 0)
        {
            int half = length >> 1;
            bool above = UpperBounds[first + half] < value;
            first = above ? first + half + 1 : first;
            length = above ? length - half - 1 : half;
        }
        return Effects[first];
    }

    internal string? FindProblem(int features)
    {
        if ((uint)Feature >= (uint)features) return $"feature {Feature} is not one of {features}";
        if (Effects.Length != UpperBounds.Length + 1) return $"{UpperBounds.Length} bounds make {UpperBounds.Length + 1} bins, not {Effects.Length}";
        if (!double.IsFinite(MissingEffect)) return "the effect of missing values is not finite";
        for (int i = 0; i < UpperBounds.Length; i++)
            if (!float.IsFinite(UpperBounds[i]) || (i > 0 && UpperBounds[i] <= UpperBounds[i - 1])) return $"bound {i} is not finite or does not rise";
        foreach (double effect in Effects)
            if (!double.IsFinite(effect)) return "an effect is not finite";
        return null;
    }
}

/// <summary>A generalized additive model: score = intercept + Σ effect of each feature's bin.</summary>
public sealed class AdditiveModel : IModel, IPlainPart<AdditiveModel>
{
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
        int features = reader.Int(0, int.MaxValue);
        double intercept = reader.Double();
        int count = reader.Int(0, features);
        List<AdditiveTerm> terms = [];
        for (int i = 0; i < count; i++)
            terms.Add(new AdditiveTerm { Feature = reader.Int(), UpperBounds = reader.Floats(), Effects = reader.Doubles(), MissingEffect = reader.Double() });
        AdditiveTerm[] sorted = [.. terms.OrderBy(t => t.Feature)];
        if (FindProblem(features, sorted, intercept) is { } problem) throw reader.Damaged(problem);
        return new AdditiveModel(features, sorted, intercept, reader.Bool() ? reader.Part<ILink>() : null);
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
