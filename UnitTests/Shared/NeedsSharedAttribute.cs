using System.Runtime.CompilerServices;

namespace MLPipes.Tests;

/// <summary>Skips a test, saying so, where the folder of shared data sets is missing (environment variable MLPIPES_SHARED).</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class NeedsSharedAttribute : ConditionBaseAttribute
{
    public NeedsSharedAttribute() : base(ConditionMode.Include) =>
        IgnoreMessage = $"skipped: no shared data at '{SharedFolder.Path}'; set MLPIPES_SHARED to run it";

    public override string GroupName => nameof(NeedsSharedAttribute);

    public override bool IsConditionMet => Directory.Exists(SharedFolder.Path);
}

/// <summary>Where the repository and the shared data sets lie.</summary>
internal static class SharedFolder
{
    public static string Repository { get; } = FindRepository();

    public static string Path { get; } =
        Environment.GetEnvironmentVariable("MLPIPES_SHARED") ?? System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository, "..", "shared"));

    public static string Data(string set, string file) => System.IO.Path.Combine(Path, "data", set, file);

    private static string FindRepository([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "..", ".."));
}
