using System.Globalization;

namespace MLPipes.Benchmarks;

/// <summary>What stands on the command line of `quality`.</summary>
internal sealed record QualityOptions
{
    public const string Usage = """
        quality [run|budget|overhead|anytime|report] [folder] [options]
          run       studies on every tabular data set of the folder, and the comparison with its peers.csv (the default)
          budget    the same at 10, 30 and 60 s, and whether each kept its budget
          overhead  the same, and which share of the time no trainer fitted and no model scored
          anytime   the same at 5, 10, 20, 40 and 60 s, each table until it reaches Microsoft.ML.AutoML's score
          report    runs nothing; writes quality.md and quality.svg from results that are there
          --sets a,b     only these data sets
          --time 60s     budget, or several: 10s,30s,60s; of a report: the budget that the peers are compared at
          --seeds 1,2,3  one study each; default 1
          --threads N    default: all cores
          --clock wall   or cpu: processor seconds of the study, for a machine that others use too
          --out folder   quality.csv (a line as soon as a study ends; cells that are there are not run again), quality.md, quality.svg
          --from a,b     of a report: the results to read instead of those in --out
          --notes file   of a report: lines "data set: why it is behind, what was tried"
          --verbose      tells every trial
        """;

    public string Verb { get; init; } = "run";

    public string Folder { get; init; } = "";

    public IReadOnlyList<string>? Sets { get; init; }

    /// <summary>Budgets in seconds, ascending.</summary>
    public IReadOnlyList<double> Times { get; init; } = [60];

    public IReadOnlyList<int> Seeds { get; init; } = [1];

    public int Threads { get; init; } = Environment.ProcessorCount;

    public string Clock { get; init; } = "wall";

    public string? Out { get; init; }

    public IReadOnlyList<string> From { get; init; } = [];

    public string? Notes { get; init; }

    public bool IsVerbose { get; init; }

    /// <exception cref="FormatException">An option is not understood; the message says which.</exception>
    public static QualityOptions Parse(string[] args)
    {
        QualityOptions options = new() { Folder = Path.Combine(Environment.GetEnvironmentVariable("MLPIPES_SHARED") ?? Path.Combine("..", "shared"), "data") };
        bool hasTime = false;
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            string Value() => i + 1 < args.Length ? args[++i] : throw new FormatException($"{name} needs a value.");
            if (name == "--time") hasTime = true;
            options = name switch
            {
                "run" or "budget" or "overhead" or "anytime" or "report" or "cell" when i == 0 => options with { Verb = name },
                "--sets" => options with { Sets = Value().Split(',') },
                "--time" => options with { Times = [.. Value().Split(',').Select(SecondsOf).Order()] },
                "--seeds" => options with { Seeds = [.. Value().Split(',').Select(s => Whole(name, s))] },
                "--threads" => options with { Threads = Whole(name, Value()) },
                "--clock" => options with { Clock = Value() is "wall" or "cpu" ? args[i] : throw new FormatException($"--clock is wall or cpu, not '{args[i]}'.") },
                "--out" => options with { Out = Value() },
                "--from" => options with { From = Value().Split(',') },
                "--notes" => options with { Notes = Value() },
                "--verbose" => options with { IsVerbose = true },
                _ when !name.StartsWith('-') => options with { Folder = name },
                _ => throw new FormatException($"There is no option '{name}'."),
            };
        }
        if (hasTime) return options;
        return options.Verb switch
        {
            "budget" => options with { Times = [10, 30, 60] },
            "anytime" => options with { Times = [5, 10, 20, 40, 60] },
            _ => options,
        };
    }

    private static int Whole(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : throw new FormatException($"{name}: '{text}' is not a whole number.");

    private static double SecondsOf(string text)
    {
        if (!double.TryParse(text.TrimEnd('s', 'm', 'h'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) || number <= 0)
            throw new FormatException($"--time: '{text}' is not a time such as 60s, 5m or 1h.");
        return text[^1] switch { 'm' => number * 60, 'h' => number * 3600, _ => number };
    }
}
