namespace MLPipes.Trainers.Torch;

/// <summary>Sizes and settings of an encoder: what a Hugging Face config.json says, by one set of names for all kinds.</summary>
/// <remarks>A plain value; <see cref="EncoderConfigJson"/> reads and writes config.json, and checks bounds.</remarks>
internal sealed record EncoderConfig
{
    /// <summary>The file's name in a Hugging Face directory.</summary>
    public const string FileName = "config.json";

    /// <summary>The family.</summary>
    public required EncoderKind Kind { get; init; }

    /// <summary>Rows of the word embeddings.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the layers and of the hidden states.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the embeddings; <see cref="HiddenSize"/> except for ELECTRA and ALBERT.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>Layers that a text passes through, shared ones counted each time.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads; divide <see cref="HiddenSize"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Width between the two products of a feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Rows of the position embeddings.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Rows of the token-type embeddings; 0 for a kind that has none.</summary>
    public required int TypeVocabularySize { get; init; }

    /// <summary>Id of the padding token.</summary>
    public required int PadToken { get; init; }

    /// <summary>The feed-forward block's activation.</summary>
    public EncoderActivation Activation { get; init; } = EncoderActivation.Gelu;

    /// <summary>Share of values dropped in training behind embeddings, attention and feed-forward blocks, in [0, 1).</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Share of attention weights dropped in training, in [0, 1).</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Added to the variance in layer norms.</summary>
    public double NormEpsilon { get; init; } = 1e-12;

    /// <summary>Standard deviation of fresh weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>ALBERT: groups of layers that share their weights; 0 where each layer has its own.</summary>
    public int LayerGroups { get; init; }

    /// <summary>ALBERT: layers of one group, all passed at each of its turns.</summary>
    public int InnerLayers { get; init; } = 1;

    /// <summary>MPNet: distances that have a bias of their own; 0 for other kinds.</summary>
    public int RelativeBuckets { get; init; }

    /// <summary>Whether positions are counted over the tokens that are no padding, from <see cref="PadToken"/> + 1 on.</summary>
    public bool CountsPositionsFromPad => Kind is EncoderKind.Roberta or EncoderKind.XlmRoberta or EncoderKind.MpNet;

    /// <summary>Longest sequence, special tokens included.</summary>
    public int MaxTokens => CountsPositionsFromPad ? MaxPositions - PadToken - 1 : MaxPositions;

    /// <summary>Whether the embeddings go through a linear layer to the hidden size.</summary>
    public bool ProjectsEmbeddings => Kind == EncoderKind.Albert || EmbeddingSize != HiddenSize;

    /// <summary>Width of one attention head.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>The group that a layer belongs to; the layer itself where none are shared.</summary>
    /// <remarks>As transformers computes it: floor(layer / (layers / groups)), with the real quotient.</remarks>
    public int GroupOf(int layer) => LayerGroups == 0 ? layer : (int)(layer / ((double)Layers / LayerGroups));

    /// <summary>Reads a directory's config.json.</summary>
    /// <exception cref="TorchException">The file is missing, no JSON, of no known kind, or out of bounds.</exception>
    public static EncoderConfig Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        byte[] json;
        try
        {
            if (new FileInfo(path).Length > EncoderConfigJson.MaxBytes)
                throw new TorchException($"{path}: found {new FileInfo(path).Length} bytes, expected at most {EncoderConfigJson.MaxBytes}. This is no encoder's {FileName}.");
            json = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TorchException($"{path}: can't be read ({error.Message}). An encoder is a Hugging Face directory with {FileName}, model.safetensors and the tokenizer's files.", error);
        }
        return EncoderConfigJson.Parse(json, path);
    }
}
