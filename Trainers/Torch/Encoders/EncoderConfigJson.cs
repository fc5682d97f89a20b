using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>config.json of the known kinds: keys, defaults and bounds.</summary>
/// <remarks>Keys and defaults are those of the configuration classes of Hugging Face transformers 5, so that a key that a file omits means the same here.</remarks>
internal static class EncoderConfigJson
{
    /// <summary>Longest config.json that is read.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>model_type of each kind.</summary>
    public static IReadOnlyDictionary<string, EncoderKind> Types { get; } = new Dictionary<string, EncoderKind>(StringComparer.Ordinal)
    {
        ["bert"] = EncoderKind.Bert,
        ["roberta"] = EncoderKind.Roberta,
        ["xlm-roberta"] = EncoderKind.XlmRoberta,
        ["distilbert"] = EncoderKind.DistilBert,
        ["electra"] = EncoderKind.Electra,
        ["albert"] = EncoderKind.Albert,
        ["mpnet"] = EncoderKind.MpNet,
    };

    private static readonly (string Json, EncoderActivation Activation)[] activations =
    [
        ("gelu", EncoderActivation.Gelu), ("gelu_new", EncoderActivation.GeluTanh), ("gelu_pytorch_tanh", EncoderActivation.GeluTanh),
        ("gelu_fast", EncoderActivation.GeluTanh), ("relu", EncoderActivation.Relu), ("silu", EncoderActivation.Silu), ("swish", EncoderActivation.Silu),
    ];

    /// <summary>Reads a config.json.</summary>
    /// <param name="json">The file's content, not trusted.</param>
    /// <param name="path">Where it comes from, for errors.</param>
    /// <exception cref="TorchException">No JSON object, no known kind, or values out of bounds; all of these are reported at once.</exception>
    public static EncoderConfig Parse(ReadOnlyMemory<byte> json, string path)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException error)
        {
            throw new TorchException($"{path}: is no JSON ({error.Message}). Fetch the encoder's directory again.", error);
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new TorchException($"{path}: found a JSON {document.RootElement.ValueKind}, expected an object. Fetch the encoder's directory again.");
            return Parse(new Fields(document.RootElement, path));
        }
    }

    private static EncoderConfig Parse(Fields fields)
    {
        string type = fields.Text("model_type", "");
        if (!Types.TryGetValue(type, out EncoderKind kind))
            throw new TorchException($"{fields.Path}: model_type: found '{type}', expected one of {string.Join(", ", Types.Keys)}. Name a directory with an encoder of one of these kinds.");
        if (fields.Text("position_embedding_type", "absolute") is string positions and not "absolute")
            fields.Problem("position_embedding_type", $"'{positions}'", "'absolute'");
        if (fields.Flag("is_decoder")) fields.Problem("is_decoder", "true", "false: this is a decoder");

        EncoderConfig config = kind switch
        {
            EncoderKind.DistilBert => DistilBert(fields),
            EncoderKind.Albert => Albert(fields),
            _ => Common(fields, kind),
        };
        if (config.Heads > 0 && config.HiddenSize % config.Heads != 0)
            fields.Problem("hidden size", $"{config.HiddenSize}", $"a multiple of the {config.Heads} attention heads");
        if (config.PadToken >= config.VocabularySize) fields.Problem("pad_token_id", $"{config.PadToken}", $"less than the vocabulary's size, {config.VocabularySize}");
        if (config.MaxTokens < 3) fields.Problem("max_position_embeddings", $"{config.MaxPositions}", "room for at least 3 tokens");
        fields.ThrowProblems();
        return config;
    }

    private static EncoderConfig Common(Fields fields, EncoderKind kind)
    {
        bool electra = kind == EncoderKind.Electra;
        int hidden = fields.Size("hidden_size", electra ? 256 : 768, 1, 16_384);
        return new EncoderConfig
        {
            Kind = kind,
            VocabularySize = Vocabulary(fields, kind switch { EncoderKind.Roberta => 50_265, EncoderKind.MpNet => 30_527, _ => 30_522 }),
            HiddenSize = hidden,
            EmbeddingSize = electra ? fields.Size("embedding_size", 128, 1, 16_384) : hidden,
            Layers = fields.Size("num_hidden_layers", 12, 1, 256),
            Heads = fields.Size("num_attention_heads", electra ? 4 : 12, 1, 1024),
            IntermediateSize = fields.Size("intermediate_size", electra ? 1024 : 3072, 1, 131_072),
            MaxPositions = MaxPositions(fields),
            TypeVocabularySize = kind == EncoderKind.MpNet ? 0 : fields.Size("type_vocab_size", 2, 0, 1024),
            PadToken = Pad(fields, kind is EncoderKind.Roberta or EncoderKind.XlmRoberta or EncoderKind.MpNet ? 1 : 0),
            Activation = Activation(fields, "hidden_act", "gelu"),
            HiddenDropout = fields.Share("hidden_dropout_prob", 0.1),
            AttentionDropout = fields.Share("attention_probs_dropout_prob", 0.1),
            NormEpsilon = Epsilon(fields),
            InitializerRange = Range(fields),
            RelativeBuckets = kind == EncoderKind.MpNet ? fields.Size("relative_attention_num_buckets", 32, 4, 4096) : 0,
        };
    }

    private static EncoderConfig DistilBert(Fields fields)
    {
        int hidden = fields.Size("dim", 768, 1, 16_384);
        return new EncoderConfig
        {
            Kind = EncoderKind.DistilBert,
            VocabularySize = Vocabulary(fields, 30_522),
            HiddenSize = hidden,
            EmbeddingSize = hidden,
            Layers = fields.Size("n_layers", 6, 1, 256),
            Heads = fields.Size("n_heads", 12, 1, 1024),
            IntermediateSize = fields.Size("hidden_dim", 3072, 1, 131_072),
            MaxPositions = MaxPositions(fields),
            TypeVocabularySize = 0,
            PadToken = Pad(fields, 0),
            Activation = Activation(fields, "activation", "gelu"),
            HiddenDropout = fields.Share("dropout", 0.1),
            AttentionDropout = fields.Share("attention_dropout", 0.1),
            InitializerRange = Range(fields),
        };
    }

    private static EncoderConfig Albert(Fields fields)
    {
        int layers = fields.Size("num_hidden_layers", 12, 1, 256);
        return new EncoderConfig
        {
            Kind = EncoderKind.Albert,
            VocabularySize = Vocabulary(fields, 30_000),
            HiddenSize = fields.Size("hidden_size", 4096, 1, 16_384),
            EmbeddingSize = fields.Size("embedding_size", 128, 1, 16_384),
            Layers = layers,
            Heads = fields.Size("num_attention_heads", 64, 1, 1024),
            IntermediateSize = fields.Size("intermediate_size", 16_384, 1, 131_072),
            MaxPositions = MaxPositions(fields),
            TypeVocabularySize = fields.Size("type_vocab_size", 2, 0, 1024),
            PadToken = Pad(fields, 0),
            Activation = Activation(fields, "hidden_act", "gelu_new"),
            HiddenDropout = fields.Share("hidden_dropout_prob", 0),
            AttentionDropout = fields.Share("attention_probs_dropout_prob", 0),
            NormEpsilon = Epsilon(fields),
            InitializerRange = Range(fields),
            LayerGroups = fields.Size("num_hidden_groups", 1, 1, Math.Max(1, layers)),
            InnerLayers = fields.Size("inner_group_num", 1, 1, 64),
        };
    }

    private static int Vocabulary(Fields fields, int fallback) => fields.Size("vocab_size", fallback, 1, 5_000_000);

    private static int MaxPositions(Fields fields) => fields.Size("max_position_embeddings", 512, 1, 1_000_000);

    private static int Pad(Fields fields, int fallback) => fields.Size("pad_token_id", fallback, 0, 5_000_000);

    private static double Epsilon(Fields fields) => fields.Number("layer_norm_eps", 1e-12, 0, 0.1);

    private static double Range(Fields fields) => fields.Number("initializer_range", 0.02, 0, 10);

    private static EncoderActivation Activation(Fields fields, string key, string fallback)
    {
        string name = fields.Text(key, fallback);
        foreach ((string json, EncoderActivation activation) in activations)
        {
            if (json == name) return activation;
        }
        fields.Problem(key, $"'{name}'", $"one of {string.Join(", ", activations.Select(a => a.Json))}");
        return EncoderActivation.Gelu;
    }

    /// <summary>Writes a config.json that transformers reads as the same encoder.</summary>
    public static byte[] Write(EncoderConfig config)
    {
        string type = Types.First(t => t.Value == config.Kind).Key;
        bool distil = config.Kind == EncoderKind.DistilBert;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("architectures");
            json.WriteStringValue(EncoderNames.Of(config.Kind).Architecture);
            json.WriteEndArray();
            json.WriteString("model_type", type);
            json.WriteNumber("vocab_size", config.VocabularySize);
            json.WriteNumber(distil ? "dim" : "hidden_size", config.HiddenSize);
            if (config.Kind is EncoderKind.Electra or EncoderKind.Albert) json.WriteNumber("embedding_size", config.EmbeddingSize);
            json.WriteNumber(distil ? "n_layers" : "num_hidden_layers", config.Layers);
            json.WriteNumber(distil ? "n_heads" : "num_attention_heads", config.Heads);
            json.WriteNumber(distil ? "hidden_dim" : "intermediate_size", config.IntermediateSize);
            json.WriteNumber("max_position_embeddings", config.MaxPositions);
            if (config.Kind is not (EncoderKind.DistilBert or EncoderKind.MpNet)) json.WriteNumber("type_vocab_size", config.TypeVocabularySize);
            json.WriteNumber("pad_token_id", config.PadToken);
            json.WriteString(distil ? "activation" : "hidden_act", activations.First(a => a.Activation == config.Activation).Json);
            json.WriteNumber(distil ? "dropout" : "hidden_dropout_prob", config.HiddenDropout);
            json.WriteNumber(distil ? "attention_dropout" : "attention_probs_dropout_prob", config.AttentionDropout);
            if (!distil) json.WriteNumber("layer_norm_eps", config.NormEpsilon);
            json.WriteNumber("initializer_range", config.InitializerRange);
            if (config.Kind == EncoderKind.Albert)
            {
                json.WriteNumber("num_hidden_groups", config.LayerGroups);
                json.WriteNumber("inner_group_num", config.InnerLayers);
            }
            if (config.Kind == EncoderKind.MpNet) json.WriteNumber("relative_attention_num_buckets", config.RelativeBuckets);
            json.WriteString("torch_dtype", "float32");
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>Reads values within bounds and gathers what is wrong; an absent or null key means the fallback.</summary>
    private sealed class Fields(JsonElement root, string path)
    {
        private readonly List<string> problems = [];

        public string Path => path;

        public void Problem(string key, string found, string expected) => problems.Add($"{key}: found {found}, expected {expected}.");

        public void ThrowProblems()
        {
            if (problems.Count > 0) throw new TorchException($"{path}: {string.Join(" ", problems)} The file is damaged or of a kind that mlpipes can't run.");
        }

        public int Size(string key, int fallback, int low, int high)
        {
            if (!Has(key, out JsonElement value)) return fallback;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long size) && size >= low && size <= high) return (int)size;
            Problem(key, Shown(value), $"a whole number in [{low}, {high}]");
            return fallback;
        }

        public double Number(string key, double fallback, double low, double high)
        {
            if (!Has(key, out JsonElement value)) return fallback;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= low && number <= high) return number;
            Problem(key, Shown(value), FormattableString.Invariant($"a number in [{low}, {high}]"));
            return fallback;
        }

        public double Share(string key, double fallback) => Number(key, fallback, 0, 0.999);

        public string Text(string key, string fallback)
        {
            if (!Has(key, out JsonElement value)) return fallback;
            if (value.ValueKind == JsonValueKind.String) return Cut(value.GetString()!);
            Problem(key, Shown(value), "a text");
            return fallback;
        }

        public bool Flag(string key) => Has(key, out JsonElement value) && value.ValueKind == JsonValueKind.True;

        private bool Has(string key, out JsonElement value) => root.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

        private static string Shown(JsonElement value) => Cut(value.GetRawText());

        private static string Cut(string text) => text.Length <= 60 ? text : text[..60] + "…";
    }
}
