namespace MLPipes;

/// <summary>What a column is used for.</summary>
public enum ColumnRole
{
    /// <summary>What is to be predicted.</summary>
    Label,
    /// <summary>A quantity.</summary>
    Number,
    /// <summary>One of a limited set of values.</summary>
    Category,
    /// <summary>Free text.</summary>
    Text,
    /// <summary>A point in time.</summary>
    Date,
    /// <summary>Names a row and says nothing about the label; not learned from.</summary>
    Id,
    /// <summary>Not learned from.</summary>
    Ignore,
    /// <summary>How much a row counts; at least 0.</summary>
    Weight,
    /// <summary>Rows of one group stay on one side of every split.</summary>
    Group,
    /// <summary>Says which part of a split a row belongs to.</summary>
    Fold,
}
