using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MLPipes.AutoSearch;

/// <summary>How a worker process of this application starts: the same runtime and dependencies, this assembly in place of the application's own.</summary>
/// <param name="Host">The <c>dotnet</c> program.</param>
/// <param name="Arguments">What stands before a worker's own arguments.</param>
internal sealed record WorkerLaunch(string Host, IReadOnlyList<string> Arguments)
{
    /// <summary>The launch, or why none is possible here.</summary>
    public static (WorkerLaunch? Launch, string? Problem) Find()
    {
        string assembly = typeof(WorkerMain).Assembly.Location;
        if (assembly.Length == 0) return (null, "the application is a single file");
        // <root>/shared/Microsoft.NETCore.App/<version>/ belongs to <root>/dotnet; an application with a runtime of its own has neither.
        DirectoryInfo runtime = new(RuntimeEnvironment.GetRuntimeDirectory().TrimEnd(Path.DirectorySeparatorChar));
        if (runtime.Parent?.Parent is not { Name: "shared", Parent: { } root }) return (null, "the application brings a runtime of its own");
        string host = Path.Combine(root.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        if (!File.Exists(host)) return (null, $"there is no {host}");
        if (RuntimeConfig() is not { } config) return (null, $"there is no runtimeconfig.json in {AppContext.BaseDirectory}");
        string? dependencies = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';')
            .FirstOrDefault(f => File.Exists(f) && !f.StartsWith(runtime.Parent.Parent.FullName, StringComparison.Ordinal));
        string[] known = dependencies is null ? [] : ["--depsfile", dependencies];
        return (new WorkerLaunch(host, ["exec", "--runtimeconfig", config, .. known, assembly]), null);
    }

    /// <summary>What starts a worker that will call at <paramref name="pipe"/>.</summary>
    /// <param name="pipe">The pipe's name.</param>
    /// <param name="folder">The study's scratch folder.</param>
    /// <param name="heapBytes">Most managed memory; null for no limit.</param>
    public ProcessStartInfo Start(string pipe, string folder, long? heapBytes)
    {
        ProcessStartInfo start = new(Host, [.. Arguments, WorkerMain.Verb, pipe, folder])
        {
            // What a trainer prints must reach neither the user's terminal nor a document on standard output.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            // A crash may leave a dump where the process stands.
            WorkingDirectory = folder,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment.Remove("DOTNET_STARTUP_HOOKS");
        if (heapBytes is { } heap) start.Environment["DOTNET_GCHeapHardLimit"] = heap.ToString("X", CultureInfo.InvariantCulture);
        return start;
    }

    private static string? RuntimeConfig()
    {
        string folder = AppContext.BaseDirectory;
        string? own = Assembly.GetEntryAssembly()?.GetName().Name is { } name ? Path.Combine(folder, name + ".runtimeconfig.json") : null;
        if (File.Exists(own)) return own;
        string[] any = Directory.GetFiles(folder, "*.runtimeconfig.json");
        return any.Length == 1 ? any[0] : null;
    }
}
