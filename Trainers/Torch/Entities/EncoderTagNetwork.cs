using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A pre-trained encoder with a linear layer over each word's first piece and the patterns of its letters and those of its neighbours.</summary>
/// <remarks>
/// Score of a word's tags: W [h; p₋₁; p₀; p₊₁] + b, where h is the hidden state of the word's first piece and p are learned vectors of
/// the patterns (<see cref="WordPatterns"/>): so capitals count where the encoder's own vocabulary has none. The head is float32 always.
/// Source of the labelling by first pieces: Devlin et al., BERT, NAACL 2019, section 5.3.
/// </remarks>
internal sealed class EncoderTagNetwork : ITagNetwork
{
    /// <summary>Width of a pattern's vector.</summary>
    public const int PatternWidth = 16;

    /// <summary>Patterns that a word is seen with: its own and those of the words before and behind it.</summary>
    public const int Patterns = 3;

    private readonly TextEncoder encoder;
    private readonly EncoderWindows windows;
    private readonly Head head;
    private readonly IAdaptation adaptation;
    private readonly double dropout;
    private IDisposable? held;

    /// <param name="encoder">The encoder; taken over.</param>
    /// <param name="adaptation">What of it learns; attached to it, and taken over.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="maxLength">Most pieces of a window, special tokens included.</param>
    /// <param name="weights">Patterns, weight and bias of the head; each is taken over.</param>
    /// <param name="dropout">Share of the head's inputs dropped in training.</param>
    public EncoderTagNetwork(TextEncoder encoder, IAdaptation adaptation, ITextTokenizer tokenizer, int maxLength, (Tensor Patterns, Tensor Weight, Tensor Bias) weights, double dropout)
    {
        (this.encoder, this.adaptation, Tokenizer, this.dropout) = (encoder, adaptation, tokenizer, dropout);
        MaxLength = Math.Min(maxLength, encoder.Config.MaxTokens - encoder.Embeddings.PromptLength);
        windows = new EncoderWindows(tokenizer, MaxLength);
        head = new Head(encoder, weights);
    }

    public ITextTokenizer Tokenizer { get; }

    public int MaxLength { get; }

    public TextEncoder Encoder => encoder;

    public nn.Module Module => head;

    /// <summary>Patterns [kinds × width], weight [tags × inputs], bias [tags].</summary>
    public (Parameter Patterns, Parameter Weight, Parameter Bias) HeadWeights => (head.Patterns, head.Weight, head.Bias);

    public WordRows? Words { get; private set; }

    public double HeadFactor => 10;

    public IReadOnlyList<TrainedWeight> Weights
    {
        get
        {
            int top = ParameterGroups.HeadDepth(encoder);
            return
            [
                .. ParameterGroups.Of(encoder, adaptation),
                new TrainedWeight("head.patterns", head.Patterns) { Depth = top, RateFactor = HeadFactor, Decays = false },
                new TrainedWeight("head.weight", head.Weight) { Depth = top, RateFactor = HeadFactor },
                new TrainedWeight("head.bias", head.Bias) { Depth = top, RateFactor = HeadFactor },
            ];
        }
    }

    /// <summary>What was added to the encoder and can't be merged into its weights; null for nothing.</summary>
    public AdapterParts? Adapter => adaptation.IsMergeable ? null : AdapterParts.Of(adaptation);

    /// <summary>Width of the head's inputs for an encoder's hidden size.</summary>
    public static int Inputs(int hidden) => hidden + (Patterns * PatternWidth);

    /// <summary>Gets ready to train: words are looked up by rows.</summary>
    public void Train()
    {
        Release();
        // Where the table does not learn, there are no rows to update.
        if (!adaptation.Trained.Any(w => w.Value.Handle == encoder.Embeddings.Words.Handle)) return;
        Words = new WordRows(encoder.Embeddings.Words);
        encoder.Words = Words;
    }

    public Tensor? Penalty() => adaptation.Penalty();

    public void BeforeUpdate(TrainingStep step) => adaptation.BeforeUpdate(step.Number, step.Planned);

    /// <summary>Takes what was added into the encoder's own weights, where it can be.</summary>
    public void Merge()
    {
        if (adaptation.IsMergeable) adaptation.Merge();
    }

    /// <summary>Gets ready to tag: the weights no longer change.</summary>
    public void Hold()
    {
        Release();
        Words?.Dispose();
        (Words, encoder.Words, encoder.Noise) = (null, null, null);
        encoder.eval();
        held = encoder.HoldWeights();
    }

    public IReadOnlyList<ITagWindow> Windows(WordRun run) => windows.Of(run);

    public Tensor Emissions(IReadOnlyList<ITagWindow> batch, NoiseSource? noise)
    {
        using DisposeScope scope = NewDisposeScope();
        int rows = batch.Count, length = batch.Max(w => w.Tokens), words = batch.Sum(w => w.Scored.Count);
        long[] ids = new long[rows * length], mask = new long[rows * length], places = new long[words], patterns = new long[words * Patterns];
        Array.Fill(ids, Math.Max(0, Tokenizer.Special.Pad));
        for (int row = 0, at = 0; row < rows; row++)
        {
            EncoderWindow window = (EncoderWindow)batch[row];
            for (int i = 0; i < window.Ids.Length; i++) (ids[(row * length) + i], mask[(row * length) + i]) = (window.Ids[i], 1);
            for (int i = 0; i < window.FirstPieces.Length; i++, at++)
            {
                places[at] = (row * length) + window.FirstPieces[i];
                for (int p = 0; p < Patterns; p++) patterns[(at * Patterns) + p] = window.Patterns[(i * Patterns) + p];
            }
        }
        Device device = encoder.Device;
        encoder.Noise = noise;
        Tensor hidden = encoder.forward(tensor(ids, [rows, length], device: device), tensor(mask, [rows, length], device: device), null);
        Tensor states = hidden.reshape(-1, encoder.Config.HiddenSize).index_select(0, tensor(places, device: device));
        Tensor letters = head.Patterns.index_select(0, tensor(patterns, device: device)).view(words, Patterns * PatternWidth);
        Tensor inputs = cat([states, letters], 1);
        if (noise is not null) inputs = noise.Dropout(inputs, dropout);
        return nn.functional.linear(inputs, head.Weight, head.Bias).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Release();
        Words?.Dispose();
        head.Dispose();
        adaptation.Dispose();
        encoder.Dispose();
    }

    private void Release()
    {
        held?.Dispose();
        held = null;
    }

    private sealed class Head : nn.Module
    {
        private readonly TextEncoder encoder;
        private readonly Parameter patterns, weight, bias;

        public Head(TextEncoder encoder, (Tensor Patterns, Tensor Weight, Tensor Bias) weights) : base("entity_head")
        {
            this.encoder = encoder;
            (patterns, weight, bias) = (new Parameter(weights.Patterns), new Parameter(weights.Weight), new Parameter(weights.Bias));
            RegisterComponents();
        }

        public Parameter Patterns => patterns;

        public Parameter Weight => weight;

        public Parameter Bias => bias;
    }
}
