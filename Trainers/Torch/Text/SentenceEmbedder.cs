using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Texts as vectors whose cosines tell how alike they are, by an encoder of sentences that stays as it is.</summary>
/// <remarks>Texts go through the encoder in batches of like lengths. Safe for use by several threads, which take turns.</remarks>
internal sealed class SentenceEmbedder : IDisposable
{
    // More tokens at once bring no speed, and take memory.
    private const int BatchTokens = 4096, BatchTexts = 64;

    private readonly IDisposable held;
    private readonly Lock gate = new();

    /// <param name="encoder">Owned; its weights must not change.</param>
    /// <param name="tokenizer">The encoder's.</param>
    /// <param name="pooling">How one vector is made.</param>
    /// <param name="precision">Number format of the large products.</param>
    public SentenceEmbedder(TextEncoder encoder, ITextTokenizer tokenizer, SentencePooling pooling, TrainingPrecision precision)
    {
        (Encoder, Tokenizer, Pooling) = (encoder, tokenizer, pooling);
        encoder.Precision = Devices.PrecisionOf(precision, encoder.Device);
        encoder.eval();
        held = encoder.HoldWeights();
    }

    /// <summary>Reads an encoder with its tokenizer and its pooling.</summary>
    /// <exception cref="TorchException">The directory is damaged or no encoder.</exception>
    public static SentenceEmbedder Load(string directory, Device device, TrainingPrecision precision = TrainingPrecision.Auto)
    {
        ITextTokenizer tokenizer = Tokenizers.Load(directory);
        TextEncoder encoder = TextEncoder.Load(directory, device, tokenizer);
        return new SentenceEmbedder(encoder, tokenizer, SentencePooling.Read(directory, encoder.Config.MaxTokens), precision);
    }

    /// <summary>The encoder.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>The tokenizer.</summary>
    public ITextTokenizer Tokenizer { get; }

    /// <summary>How one vector is made.</summary>
    public SentencePooling Pooling { get; }

    /// <summary>Values of a vector.</summary>
    public int Width => Encoder.Config.HiddenSize;

    /// <summary>One vector a text, row by row: [texts × width]. An empty text has one too.</summary>
    /// <param name="texts">The texts; cut to what the encoder reads.</param>
    /// <param name="cancel">Asked between batches.</param>
    public float[] Embed(IReadOnlyList<string> texts, CancellationToken cancel = default)
    {
        long[][] ids = [.. texts.Select(IdsOf)];
        int[] order = [.. Enumerable.Range(0, ids.Length).OrderByDescending(i => ids[i].Length)];
        float[] vectors = new float[checked(ids.Length * Width)];
        lock (gate)
        {
            using IDisposable off = inference_mode();
            for (int start = 0; start < order.Length;)
            {
                cancel.ThrowIfCancellationRequested();
                int count = Math.Min(order.Length - start, Math.Clamp(BatchTokens / ids[order[start]].Length, 1, BatchTexts));
                Batch(ids, order.AsSpan(start, count), vectors);
                start += count;
            }
        }
        return vectors;
    }

    private void Batch(long[][] ids, ReadOnlySpan<int> at, float[] vectors)
    {
        using DisposeScope scope = NewDisposeScope();
        int length = ids[at[0]].Length;
        long[] flat = new long[at.Length * length], mask = new long[flat.Length];
        Array.Fill(flat, Math.Max(0, Tokenizer.Special.Pad));
        for (int i = 0; i < at.Length; i++)
        {
            ids[at[i]].CopyTo(flat, i * length);
            mask.AsSpan(i * length, ids[at[i]].Length).Fill(1);
        }
        Tensor kept = tensor(mask, [at.Length, length], device: Encoder.Device);
        Tensor hidden = Encoder.forward(tensor(flat, [at.Length, length], device: Encoder.Device), kept, null);
        Tensor pooled = Pooling.Apply(hidden, kept).cpu().contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(pooled.bytes);
        for (int i = 0; i < at.Length; i++) values.Slice(i * Width, Width).CopyTo(vectors.AsSpan(at[i] * Width));
    }

    private long[] IdsOf(string text)
    {
        int[] tokens = Tokenizer.Tokenize(text).Ids;
        long[] ids = new long[TokenSequence.Length(tokens.Length, Tokenizer.Special, Pooling.MaxTokens)];
        TokenSequence.Write(tokens, Tokenizer.Special, Pooling.MaxTokens, ids);
        // A tokenizer without special tokens gives an empty text none at all; an encoder needs one.
        return ids.Length > 0 ? ids : [Math.Max(0, Tokenizer.Special.Unknown)];
    }

    public void Dispose()
    {
        held.Dispose();
        Encoder.Dispose();
    }
}
