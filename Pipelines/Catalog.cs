using System.Reflection;

namespace MLPipes.Pipelines;

/// <summary>A trainer that the crawl found.</summary>
/// <param name="Card">What it is called, can do and needs.</param>
/// <param name="Type">Its record.</param>
/// <param name="Create">A trainer with default options.</param>
/// <param name="Space">Its search space for data of a shape.</param>
public sealed record TrainerEntry(TrainerCard Card, Type Type, Func<ITrainer> Create, Func<DataShape, ISearchSpace> Space)
{
    /// <inheritdoc/>
    public override string ToString() => Card.Key;
}

/// <summary>A featurizer that the crawl found.</summary>
/// <param name="Card">What it is called and which columns and trainers it serves.</param>
/// <param name="Type">Its record.</param>
/// <param name="Create">A featurizer with default options.</param>
public sealed record FeaturizerEntry(FeaturizerCard Card, Type Type, Func<IFeaturizer> Create)
{
    /// <inheritdoc/>
    public override string ToString() => Card.Key;
}

/// <summary>All trainers and featurizers of the plug-in assemblies, by key.</summary>
public static class Catalog
{
    private static readonly Lazy<TrainerEntry[]> trainers = new(() => Crawl<TrainerEntry>(typeof(ITrainer<>), nameof(TrainerOf)));
    private static readonly Lazy<FeaturizerEntry[]> featurizers = new(() => Crawl<FeaturizerEntry>(typeof(IFeaturizer<>), nameof(FeaturizerOf)));

    /// <summary>The trainers, in order of their keys.</summary>
    public static IReadOnlyList<TrainerEntry> Trainers => trainers.Value;

    /// <summary>The featurizers, in order of their keys.</summary>
    public static IReadOnlyList<FeaturizerEntry> Featurizers => featurizers.Value;

    /// <summary>The trainer with <paramref name="key"/>, or null where there is none.</summary>
    public static TrainerEntry? Trainer(string key) => Trainers.FirstOrDefault(t => t.Card.Key == key);

    private static T[] Crawl<T>(Type definition, string make) where T : class
    {
        MethodInfo method = typeof(Catalog).GetMethod(make, BindingFlags.NonPublic | BindingFlags.Static)!;
        T[] entries = [.. Plugins.TypesImplementing(definition).Select(t => (T)method.MakeGenericMethod(t).Invoke(null, null)!).OrderBy(e => e.ToString(), StringComparer.Ordinal)];
        if (entries.GroupBy(e => e.ToString()).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Two plug-ins share the key '{twice.Key}'.");
        return entries;
    }

    private static TrainerEntry TrainerOf<T>() where T : class, ITrainer<T>, new() => new(T.Card, typeof(T), () => new T(), shape => T.Space(shape));

    private static FeaturizerEntry FeaturizerOf<T>() where T : class, IFeaturizer<T>, new() => new(T.Card, typeof(T), () => new T());
}
