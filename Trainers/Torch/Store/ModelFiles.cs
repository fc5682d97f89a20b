namespace MLPipes.Trainers.Torch;

/// <summary>Which files make a model's folder.</summary>
internal static class ModelFiles
{
    /// <summary>What a folder needs, for people.</summary>
    public const string Needed = "config.json, model.safetensors and the tokenizer's files (tokenizer.json, vocab.txt, vocab.json with merges.txt, or sentencepiece.bpe.model)";

    /// <summary>Name of the file that describes a model.</summary>
    public const string Config = "config.json";

    /// <summary>The small files beside the weights that are fetched where the hub has them.</summary>
    public static IReadOnlyList<string> Small { get; } =
    [
        Config, "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
        "sentencepiece.bpe.model", "spiece.model", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json", "LICENSE", "LICENSE.txt",
    ];

    /// <summary>Whether a folder holds a description and all weights, as it does not while another tool is still fetching them.</summary>
    public static bool IsComplete(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Config))) return false;
        if (File.Exists(Path.Combine(folder, WeightFiles.FileName))) return true;
        string index = Path.Combine(folder, ShardIndex.FileName);
        return File.Exists(index) && ShardIndex.Files(index).All(shard => File.Exists(Path.Combine(folder, shard)));
    }
}
