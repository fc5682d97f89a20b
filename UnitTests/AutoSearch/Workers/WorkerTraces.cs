using System.Diagnostics;
using System.Globalization;

namespace MLPipes.Tests;

/// <summary>Where trainers in workers leave the number of their process, so that a test can see what became of it.</summary>
internal sealed class WorkerTraces : IDisposable
{
    private const string Variable = "MLPIPES_TEST_TRACES";

    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-traces-").FullName;

    public WorkerTraces() => Environment.SetEnvironmentVariable(Variable, folder);

    /// <summary>Says that this process is at work; nothing where no test looks.</summary>
    public static void Leave()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), "");
    }

    /// <summary>Processes that left a trace.</summary>
    public int[] Found => [.. Directory.GetFiles(folder).Select(f => int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture))];

    public static bool IsAlive(int id)
    {
        try
        {
            // An ended process whose parent has not asked how stays listed, as a zombie.
            if (OperatingSystem.IsLinux()) return File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1][0] != 'Z';
            using Process process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    /// <summary>Waits, as long as a busy machine may need, until a claim holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, string claim)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!holds())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(60)) Assert.Fail($"after a minute it does not hold that {claim}");
            await Task.Delay(20);
        }
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        Directory.Delete(folder, recursive: true);
    }
}
