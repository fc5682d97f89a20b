using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Answers questions by words of a context: what <see cref="QuestionAnswerTrainer"/> learned. Holds native memory once it has answered.</summary>
/// <remarks>Safe for use by several threads, which take turns.</remarks>
public sealed class AnswerModel : IPlainPart<AnswerModel>, IDisposable
{
    private const string FileKind = "mlpipes answers 1";

    private readonly EncoderParts encoder;
    private readonly ITextTokenizer tokenizer;
    private readonly float[] weight, bias;
    private readonly int maxLength;
    private readonly TrainingPrecision precision;
    private readonly Lazy<(AnswerNetwork Network, AnswerWindows Cut)> built;
    private readonly Lock gate = new();

    internal AnswerModel(EncoderParts encoder, ITextTokenizer tokenizer, float[] weight, float[] bias, int maxLength, TrainingPrecision precision)
    {
        (this.encoder, this.tokenizer, this.weight, this.bias, this.maxLength, this.precision) = (encoder, tokenizer, weight, bias, maxLength, precision);
        built = new Lazy<(AnswerNetwork, AnswerWindows)>(Build);
    }

    /// <inheritdoc/>
    public static string Kind => "question-answers";

    /// <summary>The most likely answers, the best first; none for a context without words.</summary>
    /// <param name="question">The question.</param>
    /// <param name="context">The text whose words answer; a long one is read in windows.</param>
    /// <param name="most">How many at most, at least 1.</param>
    public IReadOnlyList<FoundAnswer> Ask(string question, string context, int most = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        lock (gate) return AnswerFinder.Find(built.Value.Network, built.Value.Cut, tokenizer, question, context, most);
    }

    /// <summary>Writes the model to a file.</summary>
    public void Save(string path)
    {
        using FileStream file = File.Create(path);
        PlainWriter writer = new(file);
        writer.String(FileKind);
        Write(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote; the file is not trusted.</summary>
    /// <exception cref="BundleException">It is damaged or no such model.</exception>
    public static AnswerModel Load(string path)
    {
        PlainReader reader = new(File.ReadAllBytes(path), path);
        if (reader.String() != FileKind) throw reader.Damaged($"it is no file of kind '{FileKind}'");
        AnswerModel model = Read(reader);
        return reader.IsAtEnd ? model : throw reader.Damaged("more stands behind the model");
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Part(encoder);
        writer.Part(tokenizer);
        writer.Floats(weight);
        writer.Floats(bias);
        writer.Int(maxLength);
        writer.Int((int)precision);
    }

    /// <inheritdoc/>
    public static AnswerModel Read(PlainReader reader)
    {
        EncoderParts encoder = reader.Part<EncoderParts>();
        ITextTokenizer tokenizer = reader.Part<ITextTokenizer>();
        if (tokenizer.VocabularySize > encoder.Config.VocabularySize) throw reader.Damaged("the tokenizer has more tokens than the encoder knows");
        if (tokenizer.Special.Start < 0 || tokenizer.Special.Separator < 0) throw reader.Damaged("the tokenizer has no start or no separator token");
        return new AnswerModel(encoder, tokenizer, reader.Floats(2 * encoder.Config.HiddenSize), reader.Floats(2), reader.Int(16, encoder.Config.MaxTokens, "tokens of a window"),
            (TrainingPrecision)reader.Int(0, (int)TrainingPrecision.BFloat16, "precision"));
    }

    private (AnswerNetwork, AnswerWindows) Build()
    {
        TorchRuntime.Load();
        Device device = Devices.Resolve(TorchDevice.Auto);
        TextEncoder network = encoder.Build(device);
        network.Precision = Devices.PrecisionOf(precision, device);
        AnswerNetwork made = new(network, AdapterWeights.Of(weight, [2, encoder.Config.HiddenSize], device), AdapterWeights.Of(bias, [2], device));
        // For good: the weights never change again.
        network.HoldWeights();
        return (made, new AnswerWindows(tokenizer, maxLength));
    }

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (built.IsValueCreated) built.Value.Network.Dispose();
        }
    }
}
