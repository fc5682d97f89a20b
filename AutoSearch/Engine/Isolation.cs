namespace MLPipes;

/// <summary>Where the fits of a study run.</summary>
public enum Isolation
{
    /// <summary>In worker processes where a trainer's card asks for it, in this process otherwise.</summary>
    Auto,

    /// <summary>All in this process: a native crash of a trainer ends the application.</summary>
    InProcess,

    /// <summary>All but the yardsticks in worker processes: whatever a trainer does costs its trial only.</summary>
    Always,
}
