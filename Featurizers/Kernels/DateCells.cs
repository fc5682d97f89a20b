using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>A part of a point in time. The numbers stand in files and never change.</summary>
internal enum DatePart { Days, Year, Month, Week, DayOfYear, Day, Weekday, IsWeekend, Hour, Minute, Missing }

/// <summary>How a part is written.</summary>
internal enum DateForm { Plain, Sine, Cosine }

/// <summary>One feature made of a date.</summary>
/// <param name="Part">Which part.</param>
/// <param name="Form">As it is, or as an angle.</param>
/// <param name="Center">Subtracted from a plain value.</param>
/// <param name="Scale">Factor of what is left.</param>
/// <param name="Fill">Written where the date is missing.</param>
internal readonly record struct DateFeature(DatePart Part, DateForm Form, double Center, double Scale, float Fill);

/// <summary>Reads dates and takes them apart.</summary>
internal static class DateCells
{
    /// <summary>After how many steps the part comes round again; 0 where it does not.</summary>
    public static int PeriodOf(DatePart part) => part switch
    {
        DatePart.Month => 12,
        DatePart.Week => 53,
        DatePart.DayOfYear => 366,
        DatePart.Day => 31,
        DatePart.Weekday => 7,
        DatePart.Hour => 24,
        DatePart.Minute => 60,
        _ => 0,
    };

    public static string NameOf(DatePart part) => part switch
    {
        DatePart.Days => "days",
        DatePart.Year => "year",
        DatePart.Month => "month",
        DatePart.Week => "week",
        DatePart.DayOfYear => "day-of-year",
        DatePart.Day => "day",
        DatePart.Weekday => "weekday",
        DatePart.IsWeekend => "is-weekend",
        DatePart.Hour => "hour",
        DatePart.Minute => "minute",
        _ => "missing",
    };

    /// <summary>The part's value: days since 1970-01-01 with their fraction, weekday 0 for Monday, ISO 8601 weeks, else as the calendar counts.</summary>
    public static double Of(DatePart part, long ticks)
    {
        DateTime at = new(ticks);
        int weekday = ((int)at.DayOfWeek + 6) % 7;
        return part switch
        {
            DatePart.Days => (at - DateTime.UnixEpoch).TotalDays,
            DatePart.Year => at.Year,
            DatePart.Month => at.Month,
            DatePart.Week => ISOWeek.GetWeekOfYear(at),
            DatePart.DayOfYear => at.DayOfYear,
            DatePart.Day => at.Day,
            DatePart.Weekday => weekday,
            DatePart.IsWeekend => weekday >= 5 ? 1 : 0,
            DatePart.Hour => at.Hour,
            DatePart.Minute => at.Minute,
            _ => 0,
        };
    }

    /// <summary>The ticks of a cell of dates, or of text that prints one; <see cref="DateColumn.Missing"/> else.</summary>
    public static long TicksAt(Column column, int row) => column switch
    {
        DateColumn date => date.Ticks[row],
        CategoryColumn or TextColumn => CellText.WithText(column, row, 0, static (_, text) =>
            DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime at) ? at.Ticks : DateColumn.Missing),
        _ => DateColumn.Missing,
    };
}
