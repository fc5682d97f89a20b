namespace MLPipes.Cli;

/// <summary>What the process says with its exit code.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A mistake of ours.</summary>
    public const int OurFault = 1;

    /// <summary>The user's input is wrong.</summary>
    public const int WrongInput = 2;

    /// <summary>Interrupted before there was a result; what shells report for Ctrl+C.</summary>
    public const int Interrupted = 130;
}
