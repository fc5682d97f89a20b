namespace MLPipes.Pipelines;

/// <summary>The layouts of dates and times that are understood, most specific first.</summary>
[Flags]
internal enum DateShape
{
    None = 0,
    /// <summary>2025-12-31, 2025/12/31, 2025.12.31</summary>
    YearFirst = 1,
    /// <summary>31 Dec 2025, Dec 31, 2025, 31-Dec-25</summary>
    Named = 2,
    /// <summary>20251231</summary>
    Compact = 4,
    /// <summary>31.12.2025, 31/12/25</summary>
    DayFirst = 8,
    /// <summary>12/31/2025</summary>
    MonthFirst = 16,
    /// <summary>2025-12</summary>
    YearMonth = 32,
    /// <summary>23:59, 11:59:58.5 PM</summary>
    Time = 64,
    All = 127,
}
