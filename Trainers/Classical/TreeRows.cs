namespace MLPipes;

/// <summary>Which rows each tree of a forest is grown on.</summary>
public enum TreeRows
{
    /// <summary>All rows.</summary>
    All,
    /// <summary>As many rows as there are, drawn with replacement: some 63 % of them, so that the others can be predicted out of bag.</summary>
    Bootstrap,
}
