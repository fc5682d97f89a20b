namespace MLPipes;

/// <summary>What is to be predicted.</summary>
public enum MLTask
{
    /// <summary>One of two classes.</summary>
    Binary,
    /// <summary>One of three or more classes.</summary>
    Multiclass,
    /// <summary>A number.</summary>
    Regression,
}
