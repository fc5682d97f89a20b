using System.Reflection;

[assembly: MLPipes.Pipelines.MLPipesPlugin]

namespace MLPipes.Pipelines;

/// <summary>Marks an assembly that holds trainers, featurizers, models or transforms of mlpipes.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MLPipesPluginAttribute : Attribute;

/// <summary>Finds the assemblies that hold plug-ins: those marked <see cref="MLPipesPluginAttribute"/>, loaded or beside the application.</summary>
/// <remarks>Which assemblies are looked at depends on the application alone, never on a model file.</remarks>
public static class Plugins
{
    private static readonly Lazy<Assembly[]> assemblies = new(Discover);

    /// <summary>The plug-in assemblies, by name.</summary>
    public static IReadOnlyList<Assembly> Assemblies => assemblies.Value;

    /// <summary>All concrete types in plug-in assemblies that implement the generic interface <paramref name="definition"/> over themselves.</summary>
    public static IEnumerable<Type> TypesImplementing(Type definition) =>
        from assembly in Assemblies
        from type in assembly.GetTypes()
        where type is { IsAbstract: false, IsInterface: false, IsGenericTypeDefinition: false }
            && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == definition && i.GenericTypeArguments[0] == type)
        orderby type.FullName
        select type;

    private static Assembly[] Discover()
    {
        Dictionary<string, Assembly> found = AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => !a.IsDynamic).GroupBy(a => a.GetName().Name!).ToDictionary(g => g.Key, g => g.First());
        Queue<AssemblyName> candidates = new(Directory
            .EnumerateFiles(AppContext.BaseDirectory, "MLPipes.*.dll").Select(f => new AssemblyName(Path.GetFileNameWithoutExtension(f))));
        // A single-file application has no assemblies on disk; what its entry assembly refers to stands in for them.
        foreach (AssemblyName name in Assembly.GetEntryAssembly()?.GetReferencedAssemblies() ?? []) candidates.Enqueue(name);
        while (candidates.TryDequeue(out AssemblyName? name))
        {
            if (found.ContainsKey(name.Name!) || !name.Name!.StartsWith("MLPipes.", StringComparison.Ordinal)) continue;
            Assembly assembly = Assembly.Load(name);
            found[name.Name] = assembly;
            foreach (AssemblyName reference in assembly.GetReferencedAssemblies()) candidates.Enqueue(reference);
        }
        return [.. found.Values.Where(a => a.IsDefined(typeof(MLPipesPluginAttribute))).OrderBy(a => a.FullName, StringComparer.Ordinal)];
    }
}
