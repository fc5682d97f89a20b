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

/// <summary>What a <see cref="ProfileWarning"/> is about.</summary>
public enum ProfileWarningKind
{
    /// <summary>One value in every row; not learned from.</summary>
    Constant,
    /// <summary>No or hardly any value; not learned from where there is none to learn.</summary>
    Empty,
    /// <summary>The same cells as another column; not learned from.</summary>
    Duplicate,
    /// <summary>Names rows; not learned from.</summary>
    Id,
    /// <summary>Dates that were read as strings.</summary>
    DateInText,
    /// <summary>Tells the label almost by itself.</summary>
    Leak,
    /// <summary>Classes with few rows.</summary>
    RareClass,
    /// <summary>Rows that equal an earlier one.</summary>
    DuplicateRows,
    /// <summary>Rows without a label.</summary>
    MissingLabel,
    /// <summary>The label could be read in more than one way.</summary>
    Task,
}
