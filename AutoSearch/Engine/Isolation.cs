namespace MLPipes;

/// <summary>Where the fits of a study run.</summary>
public enum Isolation
{
    /// <summary>
    /// In worker processes where a fit can't be interrupted, in this process otherwise: a worker reads the rows and warms up by itself, which
    /// costs time that small data is short of.
    /// </summary>
    Auto,

    /// <summary>All in this process: a native crash of a trainer ends the application.</summary>
    InProcess,

    /// <summary>In worker processes where a trainer runs native code as well, so that its crash costs its trial only.</summary>
    Native,

    /// <summary>All but the yardsticks in worker processes: whatever a trainer does costs its trial only.</summary>
    Always,
}
