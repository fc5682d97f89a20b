using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLPipes.AutoSearch;

/// <summary>One entry of an ordered list of configurations, as its file holds it: free of any data's ranges.</summary>
/// <remarks>The JSON reader gives null for what a file leaves out, which is the same as nothing.</remarks>
public sealed record ListedConfiguration
{
    /// <summary>The trainer's catalog key.</summary>
    public required string Trainer { get; init; }

    /// <summary>Knobs as text by name; those not named start.</summary>
    public IReadOnlyDictionary<string, string> Knobs { get; init => field = value ?? field; } = new Dictionary<string, string>();

    /// <summary>Featurizers asked for beyond the default ones, by catalog key.</summary>
    public IReadOnlyList<string> Featurizers { get; init => field = value ?? field; } = [];

    /// <summary>The tasks it is for; empty for all that the trainer serves.</summary>
    public IReadOnlyList<MLTask> Tasks { get; init => field = value ?? field; } = [];
}

/// <summary>The list that studies begin with, learned by <c>Benchmarks/Portfolio</c> and embedded in this assembly.</summary>
public static class PortfolioList
{
    private static readonly Lazy<IReadOnlyList<ListedConfiguration>> learned = new(ReadEmbedded);

    /// <summary>The embedded list, in the order in which it is tried.</summary>
    public static IReadOnlyList<ListedConfiguration> Learned => learned.Value;

    /// <summary>Reads a list.</summary>
    /// <exception cref="JsonException">The text is no such list.</exception>
    public static IReadOnlyList<ListedConfiguration> Parse(string json) =>
        JsonSerializer.Deserialize(json, PortfolioJson.Default.IReadOnlyListListedConfiguration) ?? throw new JsonException("The list is null; a list of configurations is expected.");

    /// <summary>Writes a list, indented.</summary>
    public static string Write(IReadOnlyList<ListedConfiguration> list) => JsonSerializer.Serialize(list, PortfolioJson.Default.IReadOnlyListListedConfiguration) + "\n";

    private static IReadOnlyList<ListedConfiguration> ReadEmbedded()
    {
        using Stream stream = typeof(PortfolioList).Assembly.GetManifestResourceStream("portfolio.json")
            ?? throw new InvalidOperationException("The assembly was built without portfolio.json.");
        using StreamReader reader = new(stream);
        return Parse(reader.ReadToEnd());
    }
}

/// <summary>Lists as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(IReadOnlyList<ListedConfiguration>))]
internal sealed partial class PortfolioJson : JsonSerializerContext;
