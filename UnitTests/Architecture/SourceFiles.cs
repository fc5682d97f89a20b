namespace MLPipes.Architecture.Tests;

/// <summary>The repository's own files, without what builds leave behind.</summary>
internal static class SourceFiles
{
    public static IEnumerable<string> Below(string pattern, params string[] folders) =>
        (folders.Length == 0 ? [SharedFolder.Repository] : folders.Select(f => Path.Combine(SharedFolder.Repository, f)))
        .Where(Directory.Exists)
        .SelectMany(f => Directory.EnumerateFiles(f, pattern, SearchOption.AllDirectories))
        .Where(f => !Path.GetRelativePath(SharedFolder.Repository, f).Split(Path.DirectorySeparatorChar).Any(p => p is "obj" or "bin" || p.StartsWith('.')))
        .Order(StringComparer.Ordinal);

    public static string Relative(string path) => Path.GetRelativePath(SharedFolder.Repository, path).Replace('\\', '/');
}
