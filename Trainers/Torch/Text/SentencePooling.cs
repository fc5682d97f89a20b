using System.Text.Json;
using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>How an encoder of sentences makes one vector of a text, as a sentence-transformers directory says.</summary>
/// <param name="Kind">Which of the token's vectors.</param>
/// <param name="Normalizes">Whether the vector is scaled to length 1.</param>
/// <param name="MaxTokens">Tokens that are read, special ones included.</param>
internal sealed record SentencePooling(SentencePooling.From Kind, bool Normalizes, int MaxTokens)
{
    private const string Modules = "modules.json", Settings = "sentence_bert_config.json", ConfigFile = "config.json";

    /// <summary>Which of the tokens' vectors become the text's.</summary>
    public enum From
    {
        /// <summary>Their mean.</summary>
        Mean,
        /// <summary>The first token's.</summary>
        First,
        /// <summary>The largest of each value.</summary>
        Max,
    }

    /// <summary>Reads modules.json and what it names; the mean, scaled to length 1, for a directory without.</summary>
    /// <param name="directory">The encoder's directory.</param>
    /// <param name="maxTokens">Most that the encoder itself reads.</param>
    /// <exception cref="TorchException">A file is damaged, or asks for a pooling that is not known.</exception>
    public static SentencePooling Read(string directory, int maxTokens)
    {
        int most = maxTokens;
        if (Parse(directory, Settings) is { } settings && settings.TryGetProperty("max_seq_length", out JsonElement length) && length.TryGetInt32(out int tokens) && tokens > 2)
            most = Math.Min(most, tokens);
        if (Parse(directory, Modules) is not { } modules) return new SentencePooling(From.Mean, Normalizes: true, most);
        if (modules.ValueKind != JsonValueKind.Array) throw Damaged(directory, Modules, "expected a list");
        (From kind, bool normalizes) = (From.Mean, false);
        foreach (JsonElement module in modules.EnumerateArray())
        {
            string type = TextOf(module, "type"), path = TextOf(module, "path");
            string name = type[(type.LastIndexOf('.') + 1)..];
            switch (name)
            {
                case "Transformer":
                    break;
                case "Pooling":
                    kind = KindOf(directory, path);
                    break;
                case "Normalize":
                    normalizes = true;
                    break;
                default:
                    throw Damaged(directory, Modules, $"found a module '{name}', expected Transformer, Pooling or Normalize");
            }
        }
        return new SentencePooling(kind, normalizes, most);
    }

    // A module's path is one folder within the directory; anything else is not followed.
    private static From KindOf(string directory, string path)
    {
        if (path.Length == 0 || path != Path.GetFileName(path) || path is "." or "..") throw Damaged(directory, Modules, $"found the path '{path}', expected the name of a folder");
        if (Parse(Path.Combine(directory, path), ConfigFile) is not { } config) throw Damaged(Path.Combine(directory, path), ConfigFile, "it is missing");
        (string Key, From? Kind)[] modes =
        [
            ("pooling_mode_mean_tokens", From.Mean), ("pooling_mode_cls_token", From.First), ("pooling_mode_max_tokens", From.Max),
            ("pooling_mode_mean_sqrt_len_tokens", null), ("pooling_mode_weightedmean_tokens", null), ("pooling_mode_lasttoken", null),
        ];
        (string Key, From? Kind)[] set = [.. modes.Where(m => config.ValueKind == JsonValueKind.Object && config.TryGetProperty(m.Key, out JsonElement on) && on.ValueKind == JsonValueKind.True)];
        return set is [{ Kind: { } kind }] ? kind
            : throw Damaged(Path.Combine(directory, path), ConfigFile, $"found {(set.Length == 0 ? "no pooling" : string.Join(" and ", set.Select(s => s.Key)))}, expected one of mean, first token and maximum");
    }

    private static JsonElement? Parse(string directory, string file)
    {
        string path = Path.Combine(directory, file);
        if (!File.Exists(path)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new TorchException($"{path}: can't be read ({error.Message}). Fetch the encoder's directory again.", error);
        }
    }

    private static string TextOf(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static TorchException Damaged(string directory, string file, string problem) =>
        new($"{Path.Combine(directory, file)}: {problem}. This encoder's way to embed sentences is not known; fetch it again or choose another.");

    /// <summary>One vector a text: [batch × hidden], float32.</summary>
    /// <param name="hidden">[batch × length × hidden].</param>
    /// <param name="mask">int64, [batch × length]; each text has at least one token.</param>
    public Tensor Apply(Tensor hidden, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kept = mask.to(ScalarType.Float32).unsqueeze(2);
        Tensor one = Kind switch
        {
            From.First => hidden.select(1, 0),
            From.Max => hidden.Masked(mask.Is(0).unsqueeze(2), float.MinValue).amax([1L]),
            _ => (hidden * kept).sum(1) / kept.sum(1),
        };
        if (Normalizes) one = one / one.norm(1, keepdim: true).AtLeast(1e-12);
        return one.MoveToOuterDisposeScope();
    }

    public void Write(PlainWriter writer)
    {
        writer.Int((int)Kind);
        writer.Bool(Normalizes);
        writer.Int(MaxTokens);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the data is not trusted.</summary>
    public static SentencePooling Read(PlainReader reader, int maxTokens) =>
        new((From)reader.Int(0, (int)From.Max, "pooling"), reader.Bool(), reader.Int(3, maxTokens, "tokens of a text"));
}
