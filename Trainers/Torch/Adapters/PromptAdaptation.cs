using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Prompt tuning: trained vectors before the text's words, at first those of random words.</summary>
/// <remarks>Source: Lester et al., EMNLP 2021, section 2. Stored as PEFT stores it: prompt_embeddings, [tokens × embedding].</remarks>
internal sealed class PromptAdaptation(AdaptationOptions options) : IAdaptation
{
    private const string Stored = "prompt_embeddings";

    private TextEncoder? encoder;
    private Parameter? prompt;

    public Adaptation Kind => Adaptation.Prompt;

    public AdaptationOptions Options => options;

    public bool IsMergeable => false;

    public IReadOnlyList<TrainedWeight> Trained => prompt is null ? [] : [new TrainedWeight(Stored, prompt)];

    public void Attach(TextEncoder encoder, int seed)
    {
        if (options.VirtualTokens > encoder.Config.MaxTokens / 2)
            throw new OptionsException(nameof(AdaptationOptions), [$"VirtualTokens = {options.VirtualTokens} leaves too little of the encoder's {encoder.Config.MaxTokens} tokens for the text."]);
        AdapterWeights.Free(encoder, _ => false);
        using NoiseSource noise = new(seed);
        using DisposeScope scope = NewDisposeScope();
        using var quiet = no_grad();
        Tensor words = empty([options.VirtualTokens], ScalarType.Int64, CPU).random_(0, encoder.Config.VocabularySize, noise.Next(CPU));
        Take(encoder, AdapterWeights.Of(TextEncoder.Values(encoder.Embeddings.Words.index_select(0, words.to(encoder.Device))), [options.VirtualTokens, encoder.Config.EmbeddingSize], encoder.Device));
    }

    private void Take(TextEncoder encoder, Parameter values)
    {
        prompt?.Dispose();
        (this.encoder, prompt) = (encoder, values);
        encoder.Embeddings.Prompt = values;
    }

    public void Merge() => throw new InvalidOperationException("A prompt stands before each text, which no weight of the encoder can take over.");

    public IReadOnlyList<(string Name, long[] Shape, float[] Values)> Saved() => [.. Trained.Select(w => AdapterWeights.Stored(w.Name, w.Value))];

    public void Restore(IAdapterSource source)
    {
        TextEncoder whole = encoder ?? throw new InvalidOperationException("The prompt is attached to no encoder.");
        long[] shape = AdapterWeights.CheckShape(source, Stored, -1, whole.Config.EmbeddingSize);
        Take(whole, AdapterWeights.Of(source.Read(Stored), shape, whole.Device));
    }

    public void Dispose()
    {
        if (encoder is not null) encoder.Embeddings.Prompt = null;
        prompt?.Dispose();
        (encoder, prompt) = (null, null);
    }
}
