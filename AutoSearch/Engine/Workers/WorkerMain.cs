using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace MLPipes.AutoSearch;

/// <summary>What this assembly does when a study starts it as a worker process. Nobody else has a use for it.</summary>
internal static class WorkerMain
{
    /// <summary>First argument of a worker, so that a start by mistake does nothing.</summary>
    public const string Verb = "mlpipes-worker";

    private const int WrongUse = 64;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    /// <param name="args">The verb, the pipe's name and the scratch folder.</param>
    public static int Main(string[] args)
    {
        if (args.Length != 3 || args[0] != Verb) return WrongUse;
        // Ctrl+C at a terminal reaches the whole group; when a worker ends is its study's decision.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        OfferToTheKernel();
        using NamedPipeClientStream pipe = new(".", args[1], PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            pipe.Connect(patience);
        }
        catch (Exception error) when (error is TimeoutException or IOException or UnauthorizedAccessException)
        {
            // The study has gone before it could be met.
            ScratchFolder.DeleteIfAbandoned(args[2]);
            return WrongUse;
        }
        new WorkerSession(pipe, args[2]).Run();
        return 0;
    }

    /// <summary>When the system runs out of memory it should end a worker, not the application.</summary>
    private static void OfferToTheKernel()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "600");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A sandbox may forbid it; then the kernel chooses as it sees fit.
        }
    }
}
