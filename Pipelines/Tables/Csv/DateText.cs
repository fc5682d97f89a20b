using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>Dates and times in cells: tells which layouts a cell fits, and reads it in one.</summary>
internal static class DateText
{
    private static readonly byte[][] months =
    [
        [.. "january"u8], [.. "february"u8], [.. "march"u8], [.. "april"u8], [.. "may"u8], [.. "june"u8],
        [.. "july"u8], [.. "august"u8], [.. "september"u8], [.. "october"u8], [.. "november"u8], [.. "december"u8],
    ];

    private static readonly byte[][] days =
        [[.. "monday"u8], [.. "tuesday"u8], [.. "wednesday"u8], [.. "thursday"u8], [.. "friday"u8], [.. "saturday"u8], [.. "sunday"u8]];

    /// <summary>The layouts of <paramref name="asked"/> that the cell fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DateShape Look(ReadOnlySpan<byte> text, DateShape asked)
    {
        if (text.Length is < 4 or > 48) return DateShape.None;
        DateShape fit = DateShape.None;
        for (DateShape one = DateShape.YearFirst; one <= DateShape.Time; one = (DateShape)((int)one << 1))
            if ((asked & one) != 0 && TryRead(text, one, out _)) fit |= one;
        return fit;
    }

    /// <summary>Reads a cell of one layout; a time with an offset becomes UTC, a time without a date stands on day 1 of year 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryRead(ReadOnlySpan<byte> text, DateShape layout, out long ticks)
    {
        if (layout == DateShape.YearFirst && TryIso(text, out ticks)) return true;
        ticks = 0;
        int at = 0, year, month, day;
        switch (layout)
        {
            case DateShape.YearFirst:
                if (Digits(text, ref at, out year) != 4 || !Mark(text, ref at, out byte mark) || Digits(text, ref at, out month) is 0 or > 2
                    || at >= text.Length || text[at++] != mark || Digits(text, ref at, out day) is 0 or > 2) return false;
                break;
            case DateShape.YearMonth:
                if (Digits(text, ref at, out year) != 4 || at >= text.Length || text[at++] is not ((byte)'-' or (byte)'/')
                    || Digits(text, ref at, out month) != 2 || at < text.Length) return false;
                day = 1;
                break;
            case DateShape.Compact:
                if (text.Length != 8 || Digits(text, ref at, out int number) != 8) return false;
                (year, month, day) = (number / 10000, number / 100 % 100, number % 100);
                // Any eight digits could be a number; only this age's dates are told from those.
                if (year is < 1900 or > 2099) return false;
                break;
            case DateShape.DayFirst or DateShape.MonthFirst:
                if (Digits(text, ref at, out day) is 0 or > 2 || !Mark(text, ref at, out mark) || Digits(text, ref at, out month) is 0 or > 2
                    || at >= text.Length || text[at++] != mark || !Year(text, ref at, out year)
                    || (mark == (byte)'.' && layout == DateShape.MonthFirst)) return false;
                if (layout == DateShape.MonthFirst) (day, month) = (month, day);
                break;
            case DateShape.Named:
                if (!Named(text, ref at, out year, out month, out day)) return false;
                break;
            default:
                return Clock(text, ref at, out ticks) && at == text.Length;
        }
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        ticks = new DateTime(year, month, day).Ticks;
        return at == text.Length || AddTime(text, at, ref ticks);
    }

    /// <summary>The usual 2025-12-31 and 2025-12-31 23:59:59 at their fixed places; false says nothing about other forms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryIso(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length is not (10 or 19) || text[4] != '-' || text[7] != '-') return false;
        int year = (Two(text, 0) * 100) + Two(text, 2), month = Two(text, 5), day = Two(text, 8);
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > 28 && day > DateTime.DaysInMonth(year, month)) return false;
        if (text.Length == 19)
        {
            if (text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':' || text[16] != ':') return false;
            int hour = Two(text, 11), minute = Two(text, 14), second = Two(text, 17);
            if ((uint)hour > 23 || (uint)minute > 59 || (uint)second > 59) return false;
            ticks = ((hour * 3600L) + (minute * 60) + second) * TimeSpan.TicksPerSecond;
        }
        ticks += new DateTime(year, month, day).Ticks;
        return true;
    }

    // Two digits, or a number so negative that no sum with it is a date.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Two(ReadOnlySpan<byte> text, int at) =>
        IsDigit(text[at]) && IsDigit(text[at + 1]) ? ((text[at] - '0') * 10) + (text[at + 1] - '0') : -1_000_000;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AddTime(ReadOnlySpan<byte> text, int at, ref long ticks)
    {
        if (text[at] == ',') at++;
        if (at >= text.Length || text[at++] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;
        while (at < text.Length && text[at] == ' ') at++;
        if (!Clock(text, ref at, out long clock) || !Offset(text, ref at, out long offset) || at != text.Length) return false;
        long sum = ticks + clock - offset;
        if (sum < 0 || sum > DateTime.MaxValue.Ticks) return false;
        ticks = sum;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Clock(ReadOnlySpan<byte> text, ref int at, out long ticks)
    {
        ticks = 0;
        int second = 0;
        if (Digits(text, ref at, out int hour) is 0 or > 2 || at >= text.Length || text[at++] != ':' || Digits(text, ref at, out int minute) != 2) return false;
        if (at < text.Length && text[at] == ':')
        {
            at++;
            if (Digits(text, ref at, out second) != 2) return false;
            if (at + 1 < text.Length && text[at] is (byte)'.' or (byte)',' && IsDigit(text[at + 1]))
            {
                long unit = TimeSpan.TicksPerSecond;
                for (at++; at < text.Length && IsDigit(text[at]); at++) ticks += (text[at] - '0') * (unit /= 10);
            }
        }
        int half = at < text.Length && text[at] == ' ' ? at + 1 : at;
        if (half + 2 <= text.Length && (text[half + 1] | 0x20) == 'm' && (text[half] | 0x20) is 'a' or 'p')
        {
            if (hour is < 1 or > 12) return false;
            hour = (hour % 12) + ((text[half] | 0x20) == 'p' ? 12 : 0);
            at = half + 2;
        }
        // 23:59:60 is a leap second, read as the next minute's start.
        if (hour > 23 || minute > 59 || second > 60) return false;
        ticks += (((hour * 60L) + minute) * 60 + second) * TimeSpan.TicksPerSecond;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Offset(ReadOnlySpan<byte> text, ref int at, out long ticks)
    {
        ticks = 0;
        if (at < text.Length && text[at] == ' ') at++;
        ReadOnlySpan<byte> rest = text[at..];
        if (rest.IsEmpty) return text[at - 1] != ' ';
        if (rest.SequenceEqual("Z"u8) || rest.SequenceEqual("z"u8) || rest.SequenceEqual("UTC"u8) || rest.SequenceEqual("GMT"u8))
        {
            at = text.Length;
            return true;
        }
        if (rest[0] is not ((byte)'+' or (byte)'-')) return false;
        bool isWest = text[at++] == '-';
        int count = Digits(text, ref at, out int hours), minutes = 0;
        if (count == 4) (hours, minutes) = (hours / 100, hours % 100);
        else if (count != 2) return false;
        else if (at < text.Length && (text[at++] != ':' || Digits(text, ref at, out minutes) != 2)) return false;
        if (hours > 14 || minutes > 59) return false;
        ticks = ((hours * 60L) + minutes) * TimeSpan.TicksPerMinute * (isWest ? -1 : 1);
        return true;
    }

    private static bool Named(ReadOnlySpan<byte> text, ref int at, out int year, out int month, out int day)
    {
        year = month = day = 0;
        if (Word(text, at, days, out int used) > 0)
        {
            at += used;
            if (at < text.Length && text[at] == ',') at++;
            Gap(text, ref at);
        }
        month = Word(text, at, months, out used);
        if (month > 0)
        {
            at += used;
            if (!Gap(text, ref at) || Digits(text, ref at, out day) is 0 or > 2) return false;
            if (at < text.Length && text[at] == ',') at++;
            return Gap(text, ref at) && Year(text, ref at, out year);
        }
        if (Digits(text, ref at, out day) is 0 or > 2) return false;
        Gap(text, ref at);
        month = Word(text, at, months, out used);
        at += used;
        if (month == 0) return false;
        Gap(text, ref at);
        return Year(text, ref at, out year);
    }

    /// <summary>The number (from 1) of the word at <paramref name="at"/>, written out or as its first three letters; 0 for none.</summary>
    private static int Word(ReadOnlySpan<byte> text, int at, byte[][] words, out int used)
    {
        used = 0;
        while (at + used < text.Length && (uint)((text[at + used] | 0x20) - 'a') < 26) used++;
        ReadOnlySpan<byte> word = text.Slice(at, used);
        for (int i = 0; i < words.Length && used >= 3; i++)
        {
            if (!System.Text.Ascii.EqualsIgnoreCase(word, words[i].AsSpan(0, Math.Min(used, words[i].Length))) || (used != 3 && used != words[i].Length)) continue;
            if (used == 3 && at + used < text.Length && text[at + used] == '.') used++;
            return i + 1;
        }
        used = 0;
        return 0;
    }

    private static bool Gap(ReadOnlySpan<byte> text, ref int at)
    {
        int start = at;
        while (at < text.Length && text[at] is (byte)' ' or (byte)'-' or (byte)'/') at++;
        return at > start;
    }

    private static bool Year(ReadOnlySpan<byte> text, ref int at, out int year)
    {
        int digits = Digits(text, ref at, out year);
        // Two digits follow .NET's own pivot: 00 to 49 are this century, 50 to 99 the last.
        if (digits == 2) year += year < 50 ? 2000 : 1900;
        return digits is 2 or 4;
    }

    private static bool Mark(ReadOnlySpan<byte> text, ref int at, out byte mark)
    {
        mark = at < text.Length ? text[at++] : (byte)0;
        return mark is (byte)'-' or (byte)'/' or (byte)'.';
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Digits(ReadOnlySpan<byte> text, ref int at, out int value)
    {
        int start = at;
        value = 0;
        while (at < text.Length && at - start < 9 && IsDigit(text[at])) value = (value * 10) + (text[at++] - '0');
        return at - start;
    }

    private static bool IsDigit(byte b) => (uint)(b - '0') <= 9;
}
