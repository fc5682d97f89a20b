using System.Runtime.CompilerServices;

namespace MLPipes.Conformance.Tests;

/// <summary>The encoder that trainers over one are checked with: they can be used only where a user has named one.</summary>
[TestClass]
public static class TinyEncoder
{
    private static readonly string path = Path.Combine(Path.GetTempPath(), $"mlpipes-conformance-{Guid.NewGuid():N}");
    private static EncoderFolder? folder;

    /// <summary>Names it before the suite asks which trainers can be used.</summary>
    [ModuleInitializer]
    internal static void Name() => Environment.SetEnvironmentVariable("MLPIPES_ENCODER", path);

    [AssemblyInitialize]
    public static void Write(TestContext context) => folder = new EncoderFolder(path, Enumerable.Range(0, TinyText.Vocabulary).Select(i => $"w{i}"), width: 16, layers: 1);

    [AssemblyCleanup]
    public static void Remove() => folder?.Dispose();
}
