namespace MLPipes;

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
