namespace MLPipes.Pipelines;

/// <summary>How a cell reads as a number.</summary>
[Flags]
internal enum NumberShape
{
    /// <summary>Not a number.</summary>
    None = 0,
    /// <summary>A number where the point is decimal.</summary>
    Point = 1,
    /// <summary>A number where the comma is decimal.</summary>
    Comma = 2,
    /// <summary>Holds a point or a comma, so the format matters.</summary>
    HasMark = 4,
    /// <summary>Not an integer in at least one format it is valid in: an exponent or a mark that may be decimal.</summary>
    HasFraction = 8,
    /// <summary>A code rather than a number: 08001.</summary>
    HasLeadingZero = 16,
    /// <summary>Infinite by its word.</summary>
    IsInfinite = 32,
    /// <summary>More digits than an int64 holds.</summary>
    IsHuge = 64,
    /// <summary>Digits in groups of three that a space or an apostrophe keeps apart.</summary>
    HasGroups = 128,
}
