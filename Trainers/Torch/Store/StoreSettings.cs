namespace MLPipes.Trainers.Torch;

/// <summary>Where models are looked up and fetched from.</summary>
internal sealed record StoreSettings
{
    /// <summary>Environment variable that names a folder of model folders.</summary>
    public const string ModelsSetting = "MLPIPES_MODELS";

    private const string Hub = "https://huggingface.co";

    /// <summary>The user's folder of model folders; null for none.</summary>
    public string? Models { get; init; }

    /// <summary>The cache of Hugging Face's own tools, read and never written.</summary>
    public required string HuggingFaceCache { get; init; }

    /// <summary>Folder that models are downloaded to.</summary>
    public required string Cache { get; init; }

    /// <summary>Base address of the hub.</summary>
    public Uri Endpoint { get; init; } = new(Hub);

    /// <summary>Whether nothing may be downloaded.</summary>
    public bool IsOffline { get; init; }

    /// <summary>How long the hub may send nothing before a download is given up.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The settings that the environment makes; those of Hugging Face's tools mean the same here.</summary>
    /// <exception cref="TorchException">HF_ENDPOINT is no web address.</exception>
    public static StoreSettings FromEnvironment()
    {
        string caches = Named("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string huggingFace = Named("HF_HOME") ?? Path.Combine(caches, "huggingface");
        string endpoint = Named("HF_ENDPOINT") ?? Hub;
        if (!Uri.TryCreate(endpoint.TrimEnd('/'), UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new TorchException($"HF_ENDPOINT is '{endpoint}', expected the web address of a model hub, such as {Hub}. Correct it or unset it.");
        return new StoreSettings
        {
            Models = Named(ModelsSetting),
            HuggingFaceCache = Named("HF_HUB_CACHE") ?? Path.Combine(huggingFace, "hub"),
            Cache = Path.Combine(caches, "mlpipes", "models"),
            Endpoint = address,
            IsOffline = Named("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };
    }

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
