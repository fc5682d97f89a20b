namespace MLPipes.Trainers.Torch;

/// <summary>Finds a model by its name or path, and fetches it from a hub where it is not on this machine.</summary>
/// <remarks>
/// Looked up in this order: a local folder; the folder of model folders that <c>MLPIPES_MODELS</c> names; the cache of Hugging Face's tools
/// (<c>HF_HUB_CACHE</c>, <c>HF_HOME</c>, <c>~/.cache/huggingface/hub</c>); mlpipes' own cache (<c>~/.cache/mlpipes/models</c>); the hub
/// (<c>HF_ENDPOINT</c>, huggingface.co unless set), unless <c>HF_HUB_OFFLINE=1</c>. Every fetched file is checked against the hub's checksum.
/// </remarks>
public static class ModelStore
{
    /// <summary>The folder of a model on this machine.</summary>
    /// <param name="nameOrPath">A folder, or a name such as <c>sentence-transformers/all-MiniLM-L6-v2</c>.</param>
    /// <param name="progress">Told while a model is fetched; null for silence.</param>
    /// <param name="cancel">Ends a download; what was fetched is kept, and the next call goes on from there.</param>
    /// <exception cref="TorchException">It is not to be had; the message tells what to put where.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public static string Resolve(string nameOrPath, IProgress<ModelDownload>? progress = null, CancellationToken cancel = default) =>
        Resolve(nameOrPath, StoreSettings.FromEnvironment(), progress, cancel);

    /// <summary>Makes sure that a folder holds a whole encoder whose parts belong together, by loading it once; for where an error must come before long work and not in it.</summary>
    /// <param name="folder">The folder of a model.</param>
    /// <exception cref="TorchException">A file is missing or damaged, or they do not belong together; or libtorch can't be loaded.</exception>
    /// <exception cref="BundleException">The tokenizer's files are damaged.</exception>
    public static void CheckEncoder(string folder) => EncoderCheck.Load(folder);

    internal static string Resolve(string nameOrPath, StoreSettings settings, IProgress<ModelDownload>? progress, CancellationToken cancel)
    {
        if (FindLocal(nameOrPath, settings) is { } folder) return folder;
        ModelName name = ModelName.TryParse(nameOrPath)!;
        string place = settings.Models is null
            ? $"set {StoreSettings.ModelsSetting} to a folder and put {ModelFiles.Needed} into its subfolder {name.Short}"
            : $"put {ModelFiles.Needed} into {Path.Combine(settings.Models, name.Short)}";
        if (settings.IsOffline)
            throw new TorchException($"The model '{name.Value}' is not on this machine, and HF_HUB_OFFLINE forbids to download it. Unset that, name the folder of the model, or {place}.");
        return new HubDownload(settings, name, $"name the folder of the model, or {place}", progress).Fetch(cancel);
    }

    /// <summary>The folder of a model that is on this machine; null where it would have to be fetched.</summary>
    /// <exception cref="TorchException">The text is a path to no model, or no name.</exception>
    internal static string? FindLocal(string nameOrPath, StoreSettings settings)
    {
        if (Directory.Exists(nameOrPath))
            return File.Exists(Path.Combine(nameOrPath, ModelFiles.Config)) ? Path.GetFullPath(nameOrPath)
                : throw new TorchException($"The folder '{nameOrPath}' holds no {ModelFiles.Config}, so it is no model. Name a folder with {ModelFiles.Needed}.");
        if (ModelName.TryParse(nameOrPath) is not { } name)
            throw new TorchException($"The model '{nameOrPath}' is neither a folder on this machine nor a name such as organisation/name (letters, digits, '-', '_' and '.'). Check the spelling.");
        return Candidates(name, settings).FirstOrDefault(ModelFiles.IsComplete) is { } found ? Path.GetFullPath(found) : null;
    }

    private static IEnumerable<string> Candidates(ModelName name, StoreSettings settings)
    {
        if (settings.Models is { } models)
        {
            yield return Path.Combine(models, name.Value);
            yield return Path.Combine(models, name.Folder);
            yield return Path.Combine(models, name.Short);
        }
        string cached = Path.Combine(settings.HuggingFaceCache, $"models--{name.Folder}"), snapshots = Path.Combine(cached, "snapshots");
        FileInfo main = new(Path.Combine(cached, "refs", "main"));
        if (main is { Exists: true, Length: < 100 } && File.ReadAllText(main.FullName).Trim() is { Length: > 0 } revision && revision.All(char.IsAsciiLetterOrDigit))
            yield return Path.Combine(snapshots, revision);
        if (Directory.Exists(snapshots))
            foreach (string snapshot in Directory.GetDirectories(snapshots).OrderByDescending(Directory.GetLastWriteTimeUtc)) yield return snapshot;
        yield return Path.Combine(settings.Cache, name.Folder);
    }
}
