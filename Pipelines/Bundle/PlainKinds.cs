using System.Reflection;

namespace MLPipes.Pipelines;

/// <summary>All kinds of plain parts that the plug-in assemblies hold, by their kind in files.</summary>
internal static class PlainKinds
{
    private static readonly Lazy<(Dictionary<string, Func<PlainReader, IPlainPart>> Readers, Dictionary<Type, string> Kinds)> known = new(Crawl);

    public static string KindOf(IPlainPart part) => known.Value.Kinds.TryGetValue(part.GetType(), out string? kind)
        ? kind
        : throw new InvalidOperationException($"{part.GetType().Name} must implement IPlainPart<{part.GetType().Name}> and live in an assembly marked [MLPipesPlugin].");

    public static IPlainPart Read(string kind, PlainReader reader) => known.Value.Readers.TryGetValue(kind, out var read)
        ? read(reader)
        : throw reader.Damaged($"'{kind}' is no kind that this version of mlpipes knows; a newer version, or a missing mlpipes package");

    private static (Dictionary<string, Func<PlainReader, IPlainPart>>, Dictionary<Type, string>) Crawl()
    {
        Dictionary<string, Func<PlainReader, IPlainPart>> readers = new(StringComparer.Ordinal);
        Dictionary<Type, string> kinds = [];
        MethodInfo register = typeof(PlainKinds).GetMethod(nameof(Register), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (Type type in Plugins.TypesImplementing(typeof(IPlainPart<>)))
            register.MakeGenericMethod(type).Invoke(null, [readers, kinds]);
        return (readers, kinds);
    }

    private static void Register<T>(Dictionary<string, Func<PlainReader, IPlainPart>> readers, Dictionary<Type, string> kinds) where T : IPlainPart<T>
    {
        if (!readers.TryAdd(T.Kind, reader => T.Read(reader)))
            throw new InvalidOperationException($"Two parts share the kind '{T.Kind}'; {typeof(T).Name} is one of them.");
        kinds.Add(typeof(T), T.Kind);
    }
}
