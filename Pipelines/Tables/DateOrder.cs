namespace MLPipes;

/// <summary>The order of day and month in dates that end with the year.</summary>
public enum DateOrder
{
    /// <summary>Found out from the column's cells.</summary>
    Auto,
    /// <summary>31/12/2025</summary>
    DayFirst,
    /// <summary>12/31/2025</summary>
    MonthFirst,
}
