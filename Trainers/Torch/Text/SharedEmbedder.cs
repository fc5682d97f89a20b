using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>An embedder that all transforms over one encoder share, with the vectors it has made: a text costs one pass however many folds and trials ask for it.</summary>
internal sealed class SharedEmbedder
{
    // Beyond this the vectors made first are forgotten.
    private const long MaxCachedBytes = 256L << 20;

    private static readonly ConcurrentDictionary<string, WeakReference<SharedEmbedder>> byDirectory = new(StringComparer.Ordinal);
    private static readonly Lock making = new();

    private readonly Lazy<SentenceEmbedder> embedder;
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, float[]> known = [];
    private readonly Queue<UInt128> oldest = [];
    private EncoderParts? parts;

    private SharedEmbedder(Func<SentenceEmbedder> make, int width, EncoderParts? parts)
    {
        embedder = new Lazy<SentenceEmbedder>(make);
        (Width, this.parts) = (width, parts);
    }

    /// <summary>Values of a vector.</summary>
    public int Width { get; }

    /// <summary>That of a directory; loaded once for all who use it at a time.</summary>
    public static SharedEmbedder Of(string directory)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        // A directory whose weights were written anew is another encoder.
        FileInfo weights = new(Path.Combine(path, TextEncoder.WeightsFile));
        string key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}|{(weights.Exists ? weights.Length : 0)}|{(weights.Exists ? weights.LastWriteTimeUtc.Ticks : 0)}");
        lock (making)
        {
            if (byDirectory.TryGetValue(key, out WeakReference<SharedEmbedder>? found) && found.TryGetTarget(out SharedEmbedder? alive)) return alive;
            TorchRuntime.Load();
            SentenceEmbedder made = SentenceEmbedder.Load(path, Devices.Resolve(TorchDevice.Auto));
            SharedEmbedder shared = new(() => made, made.Width, parts: null);
            byDirectory[key] = new WeakReference<SharedEmbedder>(shared);
            return shared;
        }
    }

    /// <summary>One from a model bundle; the encoder is built at the first text.</summary>
    public static SharedEmbedder Of(EncoderParts parts, ITextTokenizer tokenizer, SentencePooling pooling) => new(() =>
    {
        TorchRuntime.Load();
        return new SentenceEmbedder(parts.Build(Devices.Resolve(TorchDevice.Auto)), tokenizer, pooling, TrainingPrecision.Auto);
    }, parts.Config.HiddenSize, parts);

    /// <summary>Writes the encoder, its tokenizer and its pooling.</summary>
    public void Write(PlainWriter writer)
    {
        lock (gate) parts ??= EncoderParts.Of(embedder.Value.Encoder);
        writer.Part(parts);
        writer.Part(embedder.Value.Tokenizer);
        embedder.Value.Pooling.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the data is not trusted.</summary>
    public static SharedEmbedder Read(PlainReader reader)
    {
        EncoderParts parts = reader.Part<EncoderParts>();
        ITextTokenizer tokenizer = reader.Part<ITextTokenizer>();
        if (tokenizer.VocabularySize > parts.Config.VocabularySize) throw reader.Damaged("the tokenizer has more tokens than the encoder knows");
        return Of(parts, tokenizer, SentencePooling.Read(reader, parts.Config.MaxTokens));
    }

    /// <summary>The texts' vectors, by what was made before where it was.</summary>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts, CancellationToken cancel = default)
    {
        UInt128[] keys = [.. texts.Select(KeyOf)];
        Dictionary<UInt128, float[]> vectors = [];
        List<(UInt128 Key, string Text)> missing = [];
        lock (gate)
        {
            for (int i = 0; i < keys.Length; i++)
            {
                if (vectors.ContainsKey(keys[i])) continue;
                bool isKnown = known.TryGetValue(keys[i], out float[]? vector);
                vectors[keys[i]] = vector ?? [];
                if (!isKnown) missing.Add((keys[i], texts[i]));
            }
        }
        if (missing.Count > 0)
        {
            float[] made = embedder.Value.Embed([.. missing.Select(m => m.Text)], cancel);
            for (int i = 0; i < missing.Count; i++) vectors[missing[i].Key] = made[(i * Width)..((i + 1) * Width)];
            lock (gate)
            {
                foreach ((UInt128 key, _) in missing) Remember(key, vectors[key]);
            }
        }
        return [.. keys.Select(key => vectors[key])];
    }

    private void Remember(UInt128 key, float[] vector)
    {
        if (!known.TryAdd(key, vector)) return;
        oldest.Enqueue(key);
        if ((long)known.Count * Width * sizeof(float) > MaxCachedBytes) known.Remove(oldest.Dequeue());
    }

    private static UInt128 KeyOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
