using System.Reflection;
using System.Runtime.Loader;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>The plug-in assemblies of the application, by name and place, so that its workers know the same trainers and models.</summary>
internal static class PluginAssemblies
{
    /// <summary>Writes what <see cref="LoadAll"/> reads.</summary>
    public static void Write(PlainWriter writer)
    {
        Assembly[] assemblies = [.. Plugins.Assemblies.Where(a => a.Location.Length > 0)];
        writer.Strings([.. assemblies.Select(a => a.GetName().Name!)]);
        writer.Strings([.. assemblies.Select(a => a.Location)]);
    }

    /// <summary>Loads the assemblies that the application named; before the catalog is first asked, which looks at loaded assemblies once.</summary>
    public static void LoadAll(PlainReader reader)
    {
        string[] names = reader.Strings(), locations = reader.Strings();
        // What a plug-in refers to lies beside it, where the host does not look.
        string[] folders = [.. locations.Select(l => Path.GetDirectoryName(l)!).Distinct()];
        AssemblyLoadContext.Default.Resolving += (context, wanted) =>
            folders.Select(folder => Path.Combine(folder, wanted.Name + ".dll")).FirstOrDefault(File.Exists) is { } path ? context.LoadFromAssemblyPath(path) : null;
        for (int i = 0; i < names.Length; i++) Load(names[i], locations[i]);
    }

    /// <summary>The assembly, loaded already, known to the host, or at its place.</summary>
    public static Assembly Load(string name, string location)
    {
        if (AssemblyLoadContext.All.SelectMany(c => c.Assemblies).FirstOrDefault(a => a.GetName().Name == name && a.Location == location) is { } same) return same;
        if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.GetName().Name == name) is { } loaded) return loaded;
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(location);
    }
}
