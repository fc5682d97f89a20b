using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MLPipes.Cli;

/// <summary>Parses what command lines write as text: durations, sizes, counts and tasks.</summary>
internal static class OptionParsing
{
    private static readonly TimeSpan longest = TimeSpan.FromDays(30);

    /// <summary>A duration such as 90, 60s, 5m or 1.5h.</summary>
    public static TimeSpan? Duration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        (string number, double unit) = text.Length == 0 ? ("", 1) : char.ToLowerInvariant(text[^1]) switch
        {
            's' => (text[..^1], 1.0),
            'm' => (text[..^1], 60.0),
            'h' => (text[..^1], 3600.0),
            _ => (text, 1.0),
        };
        if (TryNumber(number, out double amount) && amount * unit is >= 1 and var seconds && seconds <= longest.TotalSeconds) return TimeSpan.FromSeconds(seconds);
        result.AddError($"'{text}' is not a duration for {Name(result)}; write seconds, minutes or hours such as 60s, 5m or 1h, from 1s to 720h");
        return null;
    }

    /// <summary>A number of bytes such as 512m or 4g.</summary>
    public static long? Bytes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value, plain = text.ToLowerInvariant().Replace("ib", "", StringComparison.Ordinal).TrimEnd('b');
        (string number, double unit) = plain.Length == 0 ? ("", 1) : plain[^1] switch
        {
            'k' => (plain[..^1], 1024.0),
            'm' => (plain[..^1], 1024.0 * 1024),
            'g' => (plain[..^1], 1024.0 * 1024 * 1024),
            't' => (plain[..^1], 1024.0 * 1024 * 1024 * 1024),
            _ => (plain, 1.0),
        };
        if (TryNumber(number, out double amount) && amount * unit is >= 64 << 20 and <= 1L << 50) return (long)(amount * unit);
        result.AddError($"'{text}' is not a size for {Name(result)}; write bytes such as 512m or 4g, at least 64m");
        return null;
    }

    /// <summary>A whole number from <paramref name="least"/> on.</summary>
    public static Func<ArgumentResult, int?> Count(int least, int most = int.MaxValue) => result =>
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least && count <= most) return count;
        result.AddError($"'{text}' does not fit {Name(result)}; write a whole number {(most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}")}");
        return null;
    };

    /// <summary>How long to go on without anything better: a number of trials, or a duration with its unit.</summary>
    public static PatienceLimit? Patience(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Length > 0 && char.IsAsciiLetter(text[^1])) return Duration(result) is { } time ? new PatienceLimit(null, time) : null;
        return Count(1)(result) is { } trials ? new PatienceLimit(trials, null) : null;
    }

    /// <summary>Milliseconds, with or without <c>ms</c> behind.</summary>
    public static TimeSpan? Milliseconds(ArgumentResult result)
    {
        string text = result.Tokens[0].Value, number = text.EndsWith("ms", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text;
        if (TryNumber(number, out double amount) && amount is >= 0.0001 and <= 60_000) return TimeSpan.FromMilliseconds(amount);
        result.AddError($"'{text}' does not fit {Name(result)}; write milliseconds such as 0.5, from 0.0001 to 60000");
        return null;
    }

    /// <summary>A task of tables; null for named entities, which are none (see <see cref="EntityTraining.IsAskedFor"/>).</summary>
    public static AskedTask? Task(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (AskedTask.All.FirstOrDefault(t => t.Name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } asked) return asked;
        if (text.Equals(EntityTraining.TaskName, StringComparison.OrdinalIgnoreCase)) return null;
        result.AddError($"'{text}' is not a task; choose {AskedTask.Names} or {EntityTraining.TaskName}");
        return null;
    }

    /// <summary>The option that says where fits run; null where it is not given.</summary>
    public static Option<Isolation?> IsolationOption(string description) => new("--isolation") { Description = description, CustomParser = Isolated, HelpName = "where" };

    /// <summary>The names in comma-separated lists; a list that is itself a column's name is that one.</summary>
    public static IReadOnlyList<string> Names(IEnumerable<string> lists, Table table) =>
        [.. lists.SelectMany(list => table.Find(list) is not null ? [list] : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];

    private static Isolation? Isolated(ArgumentResult result)
    {
        string text = result.Tokens[0].Value.ToLowerInvariant();
        switch (text)
        {
            case "auto": return Isolation.Auto;
            case "inprocess": return Isolation.InProcess;
            case "native": return Isolation.Native;
            case "always": return Isolation.Always;
            default:
                result.AddError($"'{text}' does not say where fits run; choose auto, inprocess, native or always");
                return null;
        }
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static string Name(ArgumentResult result) => result.Parent is OptionResult { Option: Option option } ? option.Name : "this option";
}
