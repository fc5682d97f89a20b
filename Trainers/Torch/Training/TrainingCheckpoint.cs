using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>The file that a training goes on from after it was ended: weights, optimizer, means, best weights and where it was.</summary>
/// <remarks>A safetensors file, replaced whole. On the processor a training that goes on from it gives the bits of one that was never ended.</remarks>
internal sealed class TrainingCheckpoint
{
    private const string FileName = "training.safetensors", StateName = "state";

    private readonly string path;

    private TrainingCheckpoint(string path) => this.path = path;

    /// <summary>The checkpoint in a folder, which is made where it is not there.</summary>
    /// <exception cref="OptionsException">The folder can't be made.</exception>
    public static TrainingCheckpoint In(string folder)
    {
        OptionFolder.Make(nameof(TrainingOptions), nameof(TrainingOptions.CheckpointFolder), folder);
        return new TrainingCheckpoint(Path.Combine(folder, FileName));
    }

    /// <summary>Writes all, replacing what was there.</summary>
    public void Save(TrainingState state, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        // The state's text is a tensor like the others, a byte a number: the file then needs no reader of its own.
        float[] text = Array.ConvertAll(JsonSerializer.SerializeToUtf8Bytes(state, TrainingStateJson.Default.TrainingState), b => (float)b);
        List<(string, long[], float[])> all = [(StateName, [text.Length], text)];
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor value) in tensors) all.Add((name, value.shape, ArrayOf(value)));
        try
        {
            SafetensorsWriter.Write(path, all, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TorchException($"The checkpoint {path} can't be written: {error.Message} Make room, or name another folder.", error);
        }
    }

    /// <summary>The state in the file, and a reader of its tensors; null where there is no file.</summary>
    /// <exception cref="TorchException">The file is damaged or of another training.</exception>
    public TrainingState? Load(string training, Action<TrainingState, Func<string, float[]>> restore)
    {
        if (!File.Exists(path)) return null;
        using SafetensorsFile file = new(path);
        float[] Read(string name)
        {
            if (!file.Entries.TryGetValue(name, out SafetensorsEntry? entry)) throw Broken($"it has no '{name}'");
            float[] values = new float[entry.Length / sizeof(float)];
            file.Read(entry, values);
            return values;
        }
        TrainingState? state;
        try
        {
            state = JsonSerializer.Deserialize(Array.ConvertAll(Read(StateName), f => (byte)f), TrainingStateJson.Default.TrainingState);
        }
        catch (JsonException error)
        {
            throw Broken($"its state is no JSON ({error.Message})", error);
        }
        if (state is null) throw Broken("its state is null");
        if (state.Training != training)
            throw new TorchException($"The checkpoint {path} is of another training: it holds '{state.Training}', expected '{training}'. Remove it, or name another folder.");
        restore(state, Read);
        return state;
    }

    /// <summary>What tells one training from another: options, seed, examples and weights.</summary>
    public static string Describe(ITrainingJob job, TrainingOptions options, int seed)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
        Add((options with { CheckpointFolder = null, CheckpointSteps = 0, LogFolder = null }).ToString());
        foreach ((string name, Tensor value) in WeightCopy.Values(job)) Add($"{name} {string.Join('x', value.shape)};");
        Span<byte> length = stackalloc byte[sizeof(int)];
        for (int i = 0; i < job.Examples; i++)
        {
            BitConverter.TryWriteBytes(length, job.TokensOf(i));
            hash.AppendData(length);
        }
        return string.Create(CultureInfo.InvariantCulture, $"{job.Examples} examples, seed {seed}, {options.Epochs} epochs, {Convert.ToHexStringLower(hash.GetHashAndReset()[..8])}");
    }

    internal static float[] ArrayOf(Tensor value)
    {
        // The scope holds what the calls leave between, see ScalarOperations.
        using DisposeScope scope = NewDisposeScope();
        return value.detach().cpu().to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    private TorchException Broken(string why, Exception? inner = null) => new($"The checkpoint {path} can't be read: {why}. Remove it to begin again.", inner);
}
