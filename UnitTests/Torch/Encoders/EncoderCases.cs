using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Small encoders and batches for tests.</summary>
internal static class EncoderCases
{
    public static IEnumerable<object[]> Kinds => Enum.GetValues<EncoderKind>().Select(k => new object[] { k.ToString() });

    /// <summary>A tiny configuration of a kind, with all its peculiarities.</summary>
    public static EncoderConfig Tiny(string kind)
    {
        EncoderKind known = Enum.Parse<EncoderKind>(kind);
        bool counted = known is EncoderKind.Roberta or EncoderKind.XlmRoberta or EncoderKind.MpNet;
        return new EncoderConfig
        {
            Kind = known,
            VocabularySize = 50,
            HiddenSize = 12,
            EmbeddingSize = known is EncoderKind.Electra or EncoderKind.Albert ? 8 : 12,
            Layers = 3,
            Heads = 3,
            IntermediateSize = 20,
            MaxPositions = counted ? 42 : 40,
            TypeVocabularySize = known is EncoderKind.DistilBert or EncoderKind.MpNet ? 0 : 2,
            PadToken = counted ? 1 : 0,
            Activation = known == EncoderKind.Albert ? EncoderActivation.GeluTanh : EncoderActivation.Gelu,
            InitializerRange = 0.3,
            LayerGroups = known == EncoderKind.Albert ? 1 : 0,
            RelativeBuckets = known == EncoderKind.MpNet ? 32 : 0,
        };
    }

    /// <summary>Texts as one padded batch: ids and mask, int64, [texts × longest].</summary>
    public static (Tensor Ids, Tensor Mask) Pad(long[][] texts, int pad)
    {
        int longest = texts.Max(t => t.Length);
        long[] ids = new long[texts.Length * longest], mask = new long[texts.Length * longest];
        Array.Fill(ids, pad);
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i].CopyTo(ids, i * longest);
            mask.AsSpan(i * longest, texts[i].Length).Fill(1);
        }
        return (tensor(ids).view(texts.Length, longest), tensor(mask).view(texts.Length, longest));
    }

    /// <summary>Ids of no special token.</summary>
    public static long[] Text(int length, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (long)random.Next(5, 50))];
    }

    public static float[] Floats(Tensor values) => TextEncoder.Values(values);

    public static double Farthest(Tensor a, Tensor b) => (a - b).abs().max().ToDouble();

    /// <summary>Empty folder, removed with what is in it.</summary>
    public sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("encoder").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
