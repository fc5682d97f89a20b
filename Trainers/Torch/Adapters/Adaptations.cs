using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Makes adaptations, and stores them alone as PEFT does: adapter_config.json and adapter_model.safetensors.</summary>
internal static class Adaptations
{
    /// <summary>The file with an adapter's weights.</summary>
    public const string WeightsFile = "adapter_model.safetensors";

    /// <summary>An adaptation of a kind, attached to nothing yet.</summary>
    public static IAdaptation Create(Adaptation kind, AdaptationOptions options) => kind switch
    {
        Adaptation.Full or Adaptation.HeadOnly or Adaptation.BitFit => new WholeAdaptation(kind, options),
        Adaptation.LoRA => new LoraAdaptation(options),
        Adaptation.AdaLora => new AdaLoraAdaptation(options),
        Adaptation.Bottleneck => new BottleneckAdaptation(options),
        Adaptation.Prefix => new PrefixAdaptation(options),
        Adaptation.Prompt => new PromptAdaptation(options),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Attaches what a trainer asks for to its encoder, on top of the adapter that it starts from.</summary>
    /// <exception cref="OptionsException">The folder to write to can't be made, or there would be nothing to write.</exception>
    /// <exception cref="TorchException">The adapter to start from is missing, damaged, for another encoder, or can't be merged.</exception>
    public static IAdaptation Begin(Adaptation kind, AdaptationOptions options, TextEncoder encoder, int seed)
    {
        BoundsAttribute.Check(options);
        if (options.SaveTo is { } target)
        {
            if (kind is Adaptation.Full or Adaptation.HeadOnly)
                throw new OptionsException(nameof(AdaptationOptions), [$"SaveTo = '{target}' stores an adapter, and Adaptation = {kind} makes none; choose another adaptation."]);
            OptionFolder.Make(nameof(AdaptationOptions), nameof(AdaptationOptions.SaveTo), target);
        }
        if (options.StartFrom is { } start)
        {
            using IAdaptation given = Load(start, encoder);
            if (!given.IsMergeable) throw new TorchException($"{start}: an adapter of kind {given.Kind} can't be merged into the encoder. StartFrom takes LoRA, AdaLoRA and BitFit.");
            given.Merge();
        }
        IAdaptation adaptation = Create(kind, options);
        adaptation.Attach(encoder, seed);
        return adaptation;
    }

    /// <summary>Writes a trained adaptation alone, where its options ask for that; before it is merged.</summary>
    /// <exception cref="TorchException">It can't be written.</exception>
    public static void Keep(IAdaptation adaptation, TextEncoder encoder, string baseModel)
    {
        if (adaptation.Options.SaveTo is not { } folder) return;
        try
        {
            Save(adaptation, encoder, folder, baseModel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TorchException($"The adapter can't be written to '{folder}': {error.Message} Make room, or name another folder in SaveTo.", error);
        }
    }

    /// <summary>Weights that learn, as a share of the encoder's with what was added.</summary>
    public static double TrainedShare(TextEncoder encoder, IAdaptation adaptation)
    {
        long learns = adaptation.Trained.Sum(w => w.Value.numel());
        HashSet<string> own = [.. encoder.Weights.Keys];
        long added = adaptation.Trained.Where(w => !own.Contains(w.Name)).Sum(w => w.Value.numel());
        return learns / (double)(encoder.Weights.Values.Sum(w => w.numel()) + added);
    }

    /// <summary>Writes an attached adaptation's own part.</summary>
    /// <param name="adaptation">Attached and not merged.</param>
    /// <param name="encoder">What it is attached to.</param>
    /// <param name="directory">Made where it is not there.</param>
    /// <param name="baseModel">Name or directory of the encoder, for who reads the file; may be empty.</param>
    public static void Save(IAdaptation adaptation, TextEncoder encoder, string directory, string baseModel = "")
    {
        Directory.CreateDirectory(directory);
        SafetensorsWriter.Write(Path.Combine(directory, WeightsFile), [.. adaptation.Saved()], new Dictionary<string, string> { ["format"] = "pt" });
        File.WriteAllBytes(Path.Combine(directory, AdapterConfigJson.FileName), AdapterConfigJson.Write(adaptation, encoder, baseModel));
    }

    /// <summary>Reads an adaptation and attaches it to an encoder.</summary>
    /// <exception cref="TorchException">Files are missing or damaged, of a kind that is not known, or for another encoder.</exception>
    public static IAdaptation Load(string directory, TextEncoder encoder)
    {
        (Adaptation kind, AdaptationOptions options) = AdapterConfigJson.Read(directory);
        using WeightFiles files = WeightFiles.OpenFile(Path.Combine(directory, WeightsFile));
        return Restore(kind, options, encoder, new FileSource(files, EncoderNames.Of(encoder.Config.Kind).Prefix, directory));
    }

    /// <summary>Makes an adaptation, attaches it and takes over what was stored.</summary>
    /// <exception cref="TorchException">What was stored does not fit the encoder.</exception>
    public static IAdaptation Restore(Adaptation kind, AdaptationOptions options, TextEncoder encoder, IAdapterSource source)
    {
        IAdaptation adaptation = Create(kind, options);
        try
        {
            adaptation.Attach(encoder, seed: 0);
            adaptation.Restore(source);
            return adaptation;
        }
        catch
        {
            adaptation.Dispose();
            throw;
        }
    }

    // A file made with a task's model has the encoder's own prefix between PEFT's and the name.
    private sealed class FileSource(WeightFiles files, string prefix, string directory) : IAdapterSource
    {
        private readonly HashSet<string> names = [.. files.Names];

        public string Place => directory;

        public long[]? ShapeOf(string name) => Find(name) is { } found ? files.ShapeOf(found) : null;

        public float[] Read(string name) => files.ReadArray(Find(name)!);

        private string? Find(string name)
        {
            if (names.Contains(name)) return name;
            string within = name.Replace(AdapterWeights.Prefix, AdapterWeights.Prefix + prefix, StringComparison.Ordinal);
            return names.Contains(within) ? within : null;
        }
    }
}
