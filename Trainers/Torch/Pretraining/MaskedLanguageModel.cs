using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>An encoder with a head that guesses hidden tokens.</summary>
internal sealed class MaskedLanguageModel : nn.Module
{
    /// <param name="encoder">The encoder.</param>
    /// <param name="head">The head.</param>
    public MaskedLanguageModel(TextEncoder encoder, MaskedHead head) : base("masked_language_model")
    {
        (Encoder, Head) = (encoder, head);
        register_module("encoder", encoder);
        register_module("head", head);
    }

    /// <summary>The encoder.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>The head.</summary>
    public MaskedHead Head { get; }

    /// <summary>The trained weights: all but the pooler's, which guessing does not use.</summary>
    public IReadOnlyList<TrainedWeight> Trained()
    {
        int top = Encoder.Config.Layers + 1;
        string? pooler = EncoderNames.Of(Encoder.Config.Kind).Pooler;
        return
        [
            .. Encoder.named_parameters().Where(p => pooler is null || !p.name.StartsWith(pooler + ".", StringComparison.Ordinal))
                .Select(p => new TrainedWeight(p.name, p.parameter) { Depth = Encoder.DepthOf(p.name) }),
            .. Head.Weights.Select(w => new TrainedWeight(w.Name, w.Value) { Depth = top }),
        ];
    }

    /// <summary>Scores of all tokens for the batch's hidden places: [places × vocabulary], float32.</summary>
    public Tensor Scores(MaskedBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = Encoder.Device;
        Tensor ids = tensor(batch.Ids, [batch.Rows, batch.Width]).to(device), mask = tensor(batch.Mask, [batch.Rows, batch.Width]).to(device);
        Tensor hidden = Encoder.forward(ids, mask, null).reshape(-1, Encoder.Config.HiddenSize);
        // Only hidden places go through the product with the vocabulary, which costs more than all layers.
        Tensor places = hidden.index_select(0, tensor(batch.Places).to(device));
        ScalarType type = Encoder.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        return Head.Scores(places, Encoder.Embeddings.Words, type).MoveToOuterDisposeScope();
    }

    /// <summary>Writes config.json and model.safetensors, which transformers loads as the kind's ForMaskedLM class and any encoder class.</summary>
    /// <param name="directory">Made where it is not there.</param>
    /// <param name="withPooler">Whether the pooler is kept; a fresh one is of no use to anybody.</param>
    public void Save(string directory, bool withPooler)
    {
        Directory.CreateDirectory(directory);
        EncoderNames names = EncoderNames.Of(Encoder.Config.Kind);
        List<(string, long[], float[])> weights = [];
        foreach ((string name, Parameter value) in Encoder.named_parameters())
            if (withPooler || names.Pooler is null || !name.StartsWith(names.Pooler + ".", StringComparison.Ordinal)) weights.Add((names.Prefix + name, value.shape, TextEncoder.Values(value)));
        foreach ((string name, Parameter value) in Head.Weights) weights.Add((name, value.shape, TextEncoder.Values(value)));
        SafetensorsWriter.Write(Path.Combine(directory, TextEncoder.WeightsFile), weights, new Dictionary<string, string> { ["format"] = "pt" });
        JsonObject config = JsonNode.Parse(EncoderConfigJson.Write(Encoder.Config))!.AsObject();
        config["architectures"] = new JsonArray(Head.Names.Architecture);
        config["tie_word_embeddings"] = true;
        using FileStream file = File.Create(Path.Combine(directory, EncoderConfig.FileName));
        using Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true });
        config.WriteTo(json);
    }
}
