using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>adapter_config.json: PEFT's keys where PEFT knows the kind, and ours beside them.</summary>
internal static class AdapterConfigJson
{
    /// <summary>The file's name.</summary>
    public const string FileName = "adapter_config.json";

    private static readonly (string Json, Adaptation Kind)[] kinds =
    [
        ("LORA", Adaptation.LoRA), ("ADALORA", Adaptation.AdaLora), ("PREFIX_TUNING", Adaptation.Prefix), ("PROMPT_TUNING", Adaptation.Prompt),
        ("BITFIT", Adaptation.BitFit), ("BOTTLENECK", Adaptation.Bottleneck), ("FULL", Adaptation.Full), ("HEAD_ONLY", Adaptation.HeadOnly),
    ];

    /// <summary>Describes an adaptation that is attached to an encoder.</summary>
    public static byte[] Write(IAdaptation adaptation, TextEncoder encoder, string baseModel)
    {
        AdaptationOptions options = adaptation.Options;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("peft_type", kinds.First(k => k.Kind == adaptation.Kind).Json);
            json.WriteString("task_type", "FEATURE_EXTRACTION");
            json.WriteString("base_model_name_or_path", baseModel);
            json.WriteBoolean("inference_mode", true);
            if (adaptation.Kind is Adaptation.LoRA or Adaptation.AdaLora) WriteLora(json, adaptation, encoder, options);
            if (adaptation.Kind is Adaptation.Prefix or Adaptation.Prompt) WriteVirtualTokens(json, adaptation, encoder);
            if (adaptation.Kind == Adaptation.Bottleneck)
            {
                json.WriteNumber("bottleneck_size", adaptation.Trained[0].Value.shape[0]);
                json.WriteBoolean("behind_attention", options.BehindAttention);
            }
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static void WriteLora(Utf8JsonWriter json, IAdaptation adaptation, TextEncoder encoder, AdaptationOptions options)
    {
        bool ada = adaptation is AdaLoraAdaptation;
        json.WriteNumber(ada ? "target_r" : "r", options.Rank);
        if (ada) json.WriteNumber("init_r", ((AdaLoraAdaptation)adaptation).FirstRank);
        json.WriteNumber("lora_alpha", options.Alpha);
        json.WriteNumber("lora_dropout", options.Dropout);
        json.WriteString("bias", "none");
        json.WriteBoolean("fan_in_fan_out", false);
        json.WriteStartArray("target_modules");
        foreach ((EncoderLinear linear, _) in AdapterWeights.Linears(encoder, options.Linears)) json.WriteStringValue(linear.Name);
        json.WriteEndArray();
        json.WriteString("mlpipes_linears", options.Linears.ToString());
        if (!ada) return;
        json.WriteNumber("orth_reg_weight", options.Orthogonality);
        json.WriteStartObject("rank_pattern");
        foreach ((string linear, int ranks) in ((AdaLoraAdaptation)adaptation).Ranks)
        {
            json.WriteStartArray(linear + ".lora_E");
            for (int i = 0; i < ranks; i++) json.WriteBooleanValue(true);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteVirtualTokens(Utf8JsonWriter json, IAdaptation adaptation, TextEncoder encoder)
    {
        bool prefix = adaptation.Kind == Adaptation.Prefix;
        json.WriteNumber("num_virtual_tokens", adaptation.Saved()[0].Shape[0]);
        json.WriteNumber("token_dim", prefix ? encoder.Config.HiddenSize : encoder.Config.EmbeddingSize);
        json.WriteNumber("num_layers", encoder.Config.Layers);
        json.WriteNumber("num_attention_heads", encoder.Config.Heads);
        json.WriteNumber("num_transformer_submodules", 1);
        if (prefix)
        {
            json.WriteNumber("encoder_hidden_size", encoder.Config.HiddenSize);
            json.WriteBoolean("prefix_projection", false);
        }
        else
        {
            json.WriteString("prompt_tuning_init", "RANDOM");
        }
    }

    /// <summary>Reads a directory's adapter_config.json.</summary>
    /// <exception cref="TorchException">It is missing, no JSON, of no known kind or out of bounds.</exception>
    public static (Adaptation Kind, AdaptationOptions Options) Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Parse(document.RootElement, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            throw new TorchException($"{path}: can't be read ({error.Message}). An adapter is a folder with {FileName} and {Adaptations.WeightsFile}, as PEFT writes it.", error);
        }
    }

    private static (Adaptation, AdaptationOptions) Parse(JsonElement root, string path)
    {
        string type = root.TryGetProperty("peft_type", out JsonElement found) ? found.GetString() ?? "" : "";
        if (kinds.All(k => k.Json != type))
            throw new TorchException($"{path}: peft_type: found '{type}', expected one of {string.Join(", ", kinds.Select(k => k.Json))}.");
        Adaptation kind = kinds.First(k => k.Json == type).Kind;
        AdaptationOptions options = new();
        if (kind is Adaptation.LoRA or Adaptation.AdaLora)
        {
            if (root.TryGetProperty("bias", out JsonElement bias) && bias.GetString() is not ("none" or null))
                throw new TorchException($"{path}: bias: found '{bias.GetString()}', expected 'none'.");
            options = options with
            {
                Rank = (int)Number(root, kind == Adaptation.LoRA ? "r" : "target_r", 8, 1, 1024, path),
                Alpha = Number(root, "lora_alpha", 8, 1e-6, 100_000, path),
                Dropout = Number(root, "lora_dropout", 0, 0, 0.999, path),
                Linears = Linears(root, path),
            };
        }
        if (kind is Adaptation.Prefix or Adaptation.Prompt) options = options with { VirtualTokens = (int)Number(root, "num_virtual_tokens", 20, 1, 4096, path), ProjectionSize = 0 };
        if (kind == Adaptation.Bottleneck)
        {
            options = options with
            {
                BottleneckSize = (int)Number(root, "bottleneck_size", 0, 0, 16_384, path),
                BehindAttention = root.TryGetProperty("behind_attention", out JsonElement behind) && behind.ValueKind == JsonValueKind.True,
            };
        }
        return (kind, options);
    }

    // A file of PEFT's own tells the layers by the ends of their names.
    private static AdaptedLinears Linears(JsonElement root, string path)
    {
        if (root.TryGetProperty("mlpipes_linears", out JsonElement ours) && Enum.TryParse(ours.GetString(), out AdaptedLinears linears)) return linears;
        string[] names = root.TryGetProperty("target_modules", out JsonElement targets) && targets.ValueKind == JsonValueKind.Array
            ? [.. targets.EnumerateArray().Select(t => t.GetString() ?? "").Select(t => t[(t.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal)]
            : ["query", "value"];
        return string.Join(",", names) switch
        {
            "query,value" or "q,v" or "q_lin,v_lin" => AdaptedLinears.QueryValue,
            "k,o,q,v" or "k_lin,out_lin,q_lin,v_lin" => AdaptedLinears.Attention,
            "dense,key,query,value" or "dense,k,o,q,v" or "k_lin,lin1,lin2,out_lin,q_lin,v_lin" or "dense,ffn,ffn_output,key,query,value" => AdaptedLinears.All,
            string other => throw new TorchException($"{path}: target_modules: found {other}, expected queries and values, all of the attention, or all linear layers."),
        };
    }

    private static double Number(JsonElement root, string key, double fallback, double low, double high, string path)
    {
        if (!root.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return fallback;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= low && number <= high) return number;
        throw new TorchException($"{path}: {key}: found {value.GetRawText()[..Math.Min(40, value.GetRawText().Length)]}, expected a number in [{low}, {high}].");
    }
}
