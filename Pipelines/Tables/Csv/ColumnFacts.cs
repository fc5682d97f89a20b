using System.Runtime.CompilerServices;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>What the cells of one column, over any part of the rows, can be read as. Facts of parts add up in any order.</summary>
/// <param name="isForced">Whether the column's kind is asked for.</param>
/// <param name="isSettled">Whether rows before these have told already that it is read as strings.</param>
internal sealed class ColumnFacts(bool isForced, bool isSettled = false)
{
    // A forced column goes on gathering facts behind a cell that fits nothing: its format is still asked for.
    private readonly bool isForced = isForced;

    /// <summary>Whether no further cell can change what the column is read as: it is read as strings.</summary>
    public bool IsSettled
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !isForced && !IsNumber && !IsBoolean && Dates == DateShape.None;
    }

    /// <summary>Cells with a value; behind <see cref="IsSettled"/> they need not be counted.</summary>
    public long Values { get; private set; }

    /// <summary>Whether all cells are numbers in the same affix.</summary>
    public bool IsNumber { get; private set; } = !isSettled;

    /// <summary>The date layouts that all cells fit.</summary>
    public DateShape Dates { get; private set; } = isSettled ? DateShape.None : DateShape.All;

    /// <summary>Whether all cells are true or false.</summary>
    public bool IsBoolean { get; private set; } = !isSettled;

    /// <summary>Cells that fit the point only, the comma only, and either but with a mark.</summary>
    public long PointOnly { get; private set; }

    /// <summary>Cells that are numbers only where the comma is decimal.</summary>
    public long CommaOnly { get; private set; }

    /// <summary>Cells such as 1,234 and 1.234 that fit both formats with different values.</summary>
    public long AmbiguousCommas { get; private set; }

    /// <summary>Cells such as 1.234 that fit both formats with different values.</summary>
    public long AmbiguousPoints { get; private set; }

    /// <summary>What was seen in any number.</summary>
    public NumberShape Seen { get; private set; }

    /// <summary>The affixes seen, one bit each.</summary>
    public long Affixes { get; private set; }

    /// <summary>The smallest integer.</summary>
    public long Low { get; private set; } = long.MaxValue;

    /// <summary>The largest integer.</summary>
    public long High { get; private set; } = long.MinValue;

    /// <summary>Takes in a cell that has a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> cell)
    {
        Values++;
        if (IsNumber || isForced)
        {
            NumberShape shape = NumberText.Look(cell, out long value, out int affix);
            if (shape == NumberShape.None) IsNumber = false;
            else AddNumber(cell, shape, value, affix);
        }
        if (Dates != DateShape.None)
        {
            DateShape fit = DateText.Look(cell, isForced ? DateShape.All : Dates);
            // A forced column skips what is no date at all: those cells become missing.
            if (!isForced || fit != DateShape.None) Dates &= fit;
        }
        if (IsBoolean) IsBoolean = IsTruth(cell);
    }

    /// <summary>Whether all that is left to ask of a cell is what <see cref="AddPlain"/> takes.</summary>
    public bool IsOnlyNumber => IsNumber && Dates == DateShape.None && !IsBoolean && !isForced;

    /// <summary>Whether all that is left to ask of a cell is whether it is a date of one layout.</summary>
    public bool IsOnlyDate(DateShape layout) => Dates == layout && !IsNumber && !IsBoolean && !isForced;

    /// <summary>Takes in a number that <see cref="NumberText.TryPlain"/> has read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddPlain(NumberShape shape, long value)
    {
        Values++;
        Seen |= shape;
        Affixes |= 1L << Affix.None;
        if ((shape & NumberShape.HasFraction) == 0)
        {
            Low = Math.Min(Low, value);
            High = Math.Max(High, value);
        }
        else if ((shape & NumberShape.Comma) == 0) PointOnly++;
        else AmbiguousPoints++;
    }

    /// <summary>Takes in a date of the column's only layout.</summary>
    public void AddDate() => Values++;

    /// <summary>Takes in the facts of other rows.</summary>
    public void Add(ColumnFacts other)
    {
        Values += other.Values;
        IsNumber &= other.IsNumber;
        Dates &= other.Dates;
        IsBoolean &= other.IsBoolean;
        PointOnly += other.PointOnly;
        CommaOnly += other.CommaOnly;
        AmbiguousCommas += other.AmbiguousCommas;
        AmbiguousPoints += other.AmbiguousPoints;
        Seen |= other.Seen;
        Affixes |= other.Affixes;
        Low = Math.Min(Low, other.Low);
        High = Math.Max(High, other.High);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddNumber(ReadOnlySpan<byte> cell, NumberShape shape, long value, int affix)
    {
        Seen |= shape;
        if ((shape & NumberShape.IsInfinite) != 0) return;
        Affixes |= 1L << affix;
        if ((shape & NumberShape.HasFraction) == 0)
        {
            Low = Math.Min(Low, value);
            High = Math.Max(High, value);
        }
        if ((shape & NumberShape.HasMark) == 0) return;
        bool point = (shape & NumberShape.Point) != 0, comma = (shape & NumberShape.Comma) != 0;
        if (point && !comma) PointOnly++;
        else if (comma && !point) CommaOnly++;
        else if (cell.Contains((byte)',')) AmbiguousCommas++;
        else AmbiguousPoints++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsTruth(ReadOnlySpan<byte> cell) =>
        cell.Length is 4 or 5 && (Ascii.EqualsIgnoreCase(cell, "true"u8) || Ascii.EqualsIgnoreCase(cell, "false"u8));
}
