using System.Buffers.Binary;
using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>What a SentencePiece model file holds, read from its protocol buffer without trust.</summary>
/// <param name="Pieces">Pieces by SentencePiece's own ids.</param>
/// <param name="Scores">Their log-probabilities.</param>
/// <param name="Kinds">Their kinds: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.</param>
/// <param name="CharacterMap">The precompiled character map; empty for none.</param>
/// <param name="ModelType">1 for unigram, 2 for BPE.</param>
/// <param name="UnknownId">The unknown piece's id.</param>
/// <remarks>Source: sentencepiece_model.proto (ModelProto 1: pieces, 2: trainer, 3: normalizer) and the protocol buffer wire format.</remarks>
internal sealed record SentencePieceFile(string[] Pieces, double[] Scores, int[] Kinds, byte[] CharacterMap, int ModelType, int UnknownId)
{
    /// <summary>Kind of pieces that carry no text.</summary>
    public const int Control = 3;

    /// <summary>Kind of pieces that the trainer's user asked for.</summary>
    public const int UserDefined = 4;

    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;
    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a model.</summary>
    /// <exception cref="BundleException">The bytes are no SentencePiece model.</exception>
    public static SentencePieceFile Read(ReadOnlySpan<byte> file, string name)
    {
        List<string> pieces = [];
        List<double> scores = [];
        List<int> kinds = [];
        byte[] map = [];
        int modelType = 1, unknown = 0;
        Fields model = new(file, name);
        while (model.Next())
        {
            if (model.Number == 1 && model.Wire == Bytes)
            {
                (string piece, float score, int kind) = Piece(model.Content, name);
                pieces.Add(piece);
                scores.Add(score);
                kinds.Add(kind);
            }
            else if (model.Number == 2 && model.Wire == Bytes)
            {
                Fields trainer = new(model.Content, name);
                while (trainer.Next())
                {
                    if (trainer.Number == 3 && trainer.Wire == Varint) modelType = (int)trainer.Value;
                    if (trainer.Number == 40 && trainer.Wire == Varint) unknown = (int)trainer.Value;
                }
            }
            else if (model.Number == 3 && model.Wire == Bytes)
            {
                Fields normalizer = new(model.Content, name);
                while (normalizer.Next())
                    if (normalizer.Number == 2 && normalizer.Wire == Bytes) map = normalizer.Content.ToArray();
            }
        }
        if (pieces.Count == 0) throw Damaged(name, "it holds no pieces");
        return new SentencePieceFile([.. pieces], [.. scores], [.. kinds], map, modelType, unknown);
    }

    private static (string Piece, float Score, int Kind) Piece(ReadOnlySpan<byte> content, string name)
    {
        (string piece, float score, int kind) = ("", 0, 1);
        Fields fields = new(content, name);
        while (fields.Next())
        {
            if (fields.Number == 1 && fields.Wire == Bytes) piece = Text(fields.Content, name);
            else if (fields.Number == 2 && fields.Wire == Fixed32) score = BitConverter.UInt32BitsToSingle((uint)fields.Value);
            else if (fields.Number == 3 && fields.Wire == Varint) kind = (int)fields.Value;
        }
        return float.IsFinite(score) ? (piece, score, kind) : throw Damaged(name, $"the piece '{piece}' has the score {score}");
    }

    private static string Text(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Damaged(name, "a piece is no UTF-8");
        }
    }

    private static BundleException Damaged(string name, string problem) => new($"{name}: {problem}, so it is no sound SentencePiece model. Copy the encoder's files again.");

    // One message's fields, one after the other; every length is checked against what is left.
    private ref struct Fields(ReadOnlySpan<byte> message, string name)
    {
        private ReadOnlySpan<byte> rest = message;

        public int Number { get; private set; }
        public int Wire { get; private set; }
        public ulong Value { get; private set; }
        public ReadOnlySpan<byte> Content { get; private set; }

        public bool Next()
        {
            if (rest.IsEmpty) return false;
            ulong tag = ReadVarint();
            (Number, Wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (Wire)
            {
                case Varint:
                    Value = ReadVarint();
                    break;
                case Fixed64:
                    Value = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                    break;
                case Bytes:
                    Content = Take(ReadVarint());
                    break;
                case Fixed32:
                    Value = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                    break;
                default:
                    throw Damaged(name, $"a field has the unknown wire type {Wire}");
            }
            return true;
        }

        private ReadOnlySpan<byte> Take(ulong count)
        {
            if (count > (ulong)rest.Length) throw Damaged(name, "it ends early");
            ReadOnlySpan<byte> taken = rest[..(int)count];
            rest = rest[(int)count..];
            return taken;
        }

        private ulong ReadVarint()
        {
            ulong value = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                byte b = Take(1)[0];
                value |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80) return value;
            }
            throw Damaged(name, "a number is longer than 64 bits");
        }
    }
}
