using System.Globalization;

namespace MLPipes.Benchmarks;

/// <summary>The words of a command line, and its options, each <c>--name value</c>.</summary>
internal sealed record Arguments(IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>The folder of data sets: the word at an index, or the one beside the repository.</summary>
    public string Folder(int index = 0) => Words.ElementAtOrDefault(index) ?? Path.Combine(Environment.GetEnvironmentVariable("MLPIPES_SHARED") ?? "../shared", "data");

    /// <summary>An option's text.</summary>
    public string Text(string name, string otherwise) => Options.GetValueOrDefault(name, otherwise);

    /// <summary>An option that is a number.</summary>
    public double Number(string name, double otherwise) => Options.TryGetValue(name, out string? text) ? double.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture) : otherwise;

    /// <summary>An option that is a list with commas.</summary>
    public string[] List(string name, string otherwise = "") => Text(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries);

    public static Arguments Of(string[] args)
    {
        Dictionary<string, string> options = [];
        List<string> words = [];
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < args.Length) options[args[i][2..]] = args[++i];
            else words.Add(args[i]);
        }
        return new Arguments(words, options);
    }
}
