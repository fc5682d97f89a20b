namespace MLPipes.Trainers;

/// <summary>How much the classes of a label count.</summary>
public enum ClassBalance
{
    /// <summary>Each row as it is.</summary>
    AsFound,

    /// <summary>Each class with the same total weight.</summary>
    Equal,
}
