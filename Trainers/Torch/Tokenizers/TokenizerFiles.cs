namespace MLPipes.Trainers.Torch;

/// <summary>The files of an encoder directory that say something of its tokenizer.</summary>
internal sealed class TokenizerFiles
{
    private const long MaxFileBytes = 512L << 20;

    private readonly string directory;

    public TokenizerFiles(string directory)
    {
        this.directory = directory;
        if (!Directory.Exists(directory)) throw new BundleException($"{directory}: there is no such encoder directory. Give the path of a directory with config.json, model.safetensors and tokenizer files.");
        JsonPart? config = Json("tokenizer_config.json"), map = Json("special_tokens_map.json");
        Settings = config;
        Names = (config is { } c ? SpecialTokenNames.Read(c) : SpecialTokenNames.None).Or(map is { } m ? SpecialTokenNames.Read(m) : SpecialTokenNames.None);
        string modelType = Json("config.json")?.Find("model_type") is { IsText: true } type ? type.Text() : "";
        Kind = $"{config?.Find("tokenizer_class")?.Text()} {modelType}".Trim().ToLowerInvariant();
    }

    /// <summary>tokenizer_config.json; null where there is none.</summary>
    public JsonPart? Settings { get; }

    /// <summary>Names of the special tokens.</summary>
    public SpecialTokenNames Names { get; }

    /// <summary>The tokenizer's class and the model's type, in small letters; what tells ALBERT from XLM-R where file names do not.</summary>
    public string Kind { get; }

    /// <summary>A truth value of tokenizer_config.json; null where it does not say.</summary>
    public bool? Flag(string name) => Settings?.Find(name)?.Flag();

    /// <summary>The path of a file.</summary>
    public string PathOf(string file) => Path.Combine(directory, file);

    /// <summary>Whether there is a file.</summary>
    public bool Has(string file) => File.Exists(PathOf(file));

    /// <summary>A file's content.</summary>
    public byte[] Bytes(string file)
    {
        string path = PathOf(file);
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MaxFileBytes) throw new BundleException($"{path}: it has {length} bytes, more than the {MaxFileBytes} of any tokenizer. Give an encoder directory.");
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{path}: it can't be read ({error.Message.TrimEnd('.')}). Check the path and its permissions.", error);
        }
    }

    /// <summary>A JSON file; null where there is none.</summary>
    public JsonPart? Json(string file) => Has(file) ? JsonPart.Parse(Bytes(file), PathOf(file)) : null;

    /// <summary>The lines of a text file without their ends.</summary>
    public List<string> Lines(string file)
    {
        string text;
        try
        {
            text = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(Bytes(file));
        }
        catch (System.Text.DecoderFallbackException error)
        {
            throw new BundleException($"{PathOf(file)}: it is no UTF-8 text. Copy the encoder's files again.", error);
        }
        List<string> lines = [];
        using StringReader reader = new(text.TrimStart('\uFEFF'));
        while (reader.ReadLine() is { } line) lines.Add(line);
        return lines;
    }
}
