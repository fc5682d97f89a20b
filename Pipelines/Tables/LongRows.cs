namespace MLPipes;

/// <summary>What happens to a row with more cells than there are columns; its values are never shifted.</summary>
public enum LongRows
{
    /// <summary>It is left out, and a warning names it.</summary>
    Drop,
    /// <summary>Reading fails and names it.</summary>
    Fail,
}
