using MLPipes.Pipelines;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A fine-tuned encoder that tags words, with its tokenizer.</summary>
internal sealed class EncoderTagModel : ITagModel, IPlainPart<EncoderTagModel>
{
    private readonly EncoderTagNetwork network;

    /// <param name="tags">The tags.</param>
    /// <param name="network">The network; taken over, and its weights no longer change.</param>
    /// <param name="chain">Scores of pairs of tags.</param>
    public EncoderTagModel(TagSet tags, EncoderTagNetwork network, Chain chain)
    {
        (Tags, this.network, Chain) = (tags, network, chain);
        network.Encoder.Precision = Devices.PrecisionOf(TrainingPrecision.Auto, network.Encoder.Device);
        network.Hold();
    }

    public static string Kind => "entity-encoder";

    public TagSet Tags { get; }

    public Chain Chain { get; }

    public static EncoderTagModel Read(PlainReader reader)
    {
        TagSet tags = TagSets.Read(reader);
        Chain chain = TagSets.ReadChain(reader, tags);
        int maxLength = reader.Int(8, 1 << 20);
        ITextTokenizer tokenizer = reader.Part<ITextTokenizer>();
        EncoderParts parts = reader.Part<EncoderParts>();
        if (tokenizer.VocabularySize > parts.Config.VocabularySize)
            throw reader.Damaged($"the tokenizer has {tokenizer.VocabularySize} pieces, the encoder {parts.Config.VocabularySize}");
        AdapterParts? adapter = reader.Bool() ? reader.Part<AdapterParts>() : null;
        int inputs = EncoderTagNetwork.Inputs(parts.Config.HiddenSize);
        float[] patterns = reader.Floats(WordPatterns.Count * EncoderTagNetwork.PatternWidth), weight = reader.Floats(checked(tags.Count * inputs)), bias = reader.Floats(tags.Count);
        TorchRuntime.Load();
        Device device = Devices.Resolve(TorchDevice.Auto);
        TextEncoder encoder = parts.Build(device);
        IAdaptation adaptation = AttachTo(encoder, adapter, reader);
        // Outside of any dispose scope: the network owns them.
        (Tensor, Tensor, Tensor) head = (tensor(patterns, [WordPatterns.Count, EncoderTagNetwork.PatternWidth], device: device), tensor(weight, [tags.Count, inputs], device: device), tensor(bias, device: device));
        return new EncoderTagModel(tags, new EncoderTagNetwork(encoder, adaptation, tokenizer, maxLength, head, dropout: 0), chain);
    }

    public void Write(PlainWriter writer)
    {
        TagSets.Write(writer, Tags);
        TagSets.WriteChain(writer, Chain);
        writer.Int(network.MaxLength);
        writer.Part(network.Tokenizer);
        writer.Part(EncoderParts.Of(network.Encoder));
        AdapterParts? adapter = network.Adapter;
        writer.Bool(adapter is not null);
        if (adapter is not null) writer.Part(adapter);
        (Parameter patterns, Parameter weight, Parameter bias) = network.HeadWeights;
        writer.Floats(TextEncoder.Values(patterns));
        writer.Floats(TextEncoder.Values(weight));
        writer.Floats(TextEncoder.Values(bias));
    }

    public float[][] Emissions(IReadOnlyList<WordRun> runs, int threads, CancellationToken cancel)
    {
        TorchRuntime.UseThreads(threads);
        return TagNetworks.Emissions(network, Tags.Count, runs, cancel);
    }

    public void Dispose() => network.Dispose();

    private static IAdaptation AttachTo(TextEncoder encoder, AdapterParts? adapter, PlainReader reader)
    {
        try
        {
            return adapter?.Attach(encoder) ?? Adaptations.Create(Adaptation.Full, new AdaptationOptions());
        }
        catch (TorchException error)
        {
            encoder.Dispose();
            throw reader.Damaged(error.Message.TrimEnd('.'));
        }
    }
}
