namespace MLPipes;

/// <summary>Something about a table that the user should know before trusting a model of it.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Columns">The columns concerned; empty where it concerns rows.</param>
/// <param name="Message">One sentence with the figures and with what was done.</param>
public sealed record ProfileWarning(ProfileWarningKind Kind, IReadOnlyList<string> Columns, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}
