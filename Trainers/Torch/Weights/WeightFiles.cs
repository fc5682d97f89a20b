using System.Runtime.InteropServices;
using TorchSharp;

namespace MLPipes.Trainers.Torch;

/// <summary>The weights of a model's folder, in one safetensors file or in several with an index; read as float32.</summary>
/// <remarks>The files are mapped into memory and have to stay as they are until this is disposed.</remarks>
internal sealed class WeightFiles : IDisposable
{
    /// <summary>Name of the weights where they are one file.</summary>
    public const string FileName = "model.safetensors";

    private readonly Dictionary<string, SafetensorsFile> files = [];
    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsEntry Entry)> tensors = [];
    private readonly string place;

    private WeightFiles(string place) => this.place = place;

    /// <summary>Opens the weights of a folder.</summary>
    /// <exception cref="TorchException">There are none, or they are damaged.</exception>
    public static WeightFiles Open(string directory)
    {
        string one = Path.Combine(directory, FileName), index = Path.Combine(directory, ShardIndex.FileName);
        if (File.Exists(one)) return OpenFile(one);
        if (File.Exists(index)) return OpenShards(directory, index);
        string why = !Directory.Exists(directory) ? "the folder does not exist"
            : File.Exists(Path.Combine(directory, "pytorch_model.bin")) ? "it holds pytorch_model.bin, a format that runs code when it is read, and no safetensors"
            : "it holds neither";
        throw new TorchException($"No weights in {directory}: {why}. Expected {FileName} or {ShardIndex.FileName}; save the model as safetensors, or get it from a hub that has it so.");
    }

    /// <summary>Opens one file.</summary>
    /// <exception cref="TorchException">It is missing or damaged.</exception>
    public static WeightFiles OpenFile(string path)
    {
        WeightFiles weights = new(path);
        SafetensorsFile file = weights.files[path] = new SafetensorsFile(path);
        foreach (SafetensorsEntry entry in file.Entries.Values.Where(e => e.IsRead)) weights.tensors.Add(entry.Name, (file, entry));
        return weights;
    }

    private static WeightFiles OpenShards(string directory, string index)
    {
        WeightFiles weights = new(index);
        try
        {
            foreach ((string name, string shard) in ShardIndex.Read(index))
            {
                if (!weights.files.TryGetValue(shard, out SafetensorsFile? file))
                    file = weights.files[shard] = new SafetensorsFile(Path.Combine(directory, shard));
                if (!file.Entries.TryGetValue(name, out SafetensorsEntry? entry))
                    throw SafetensorsHeader.Damaged(file.Path, $"{ShardIndex.FileName} says that it holds the tensor '{name}', and it does not");
                if (entry.IsRead) weights.tensors.Add(name, (file, entry));
            }
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Names of the tensors of float numbers.</summary>
    public IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>Sizes of a tensor; empty for a single number.</summary>
    /// <exception cref="TorchException">There is no such tensor.</exception>
    public long[] ShapeOf(string name) => [.. Find(name).Entry.Shape];

    /// <summary>A float32 copy on the processor; the caller owns it. libtorch has to be loaded.</summary>
    /// <exception cref="TorchException">There is no such tensor.</exception>
    public torch.Tensor Read(string name)
    {
        (SafetensorsFile file, SafetensorsEntry entry) = Find(name);
        torch.Tensor tensor = torch.empty(entry.Shape, torch.float32, torch.CPU);
        if (tensor.numel() > 0) file.Read(entry, MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor;
    }

    /// <summary>The numbers of a tensor, row by row.</summary>
    /// <exception cref="TorchException">There is no such tensor.</exception>
    public float[] ReadArray(string name)
    {
        (SafetensorsFile file, SafetensorsEntry entry) = Find(name);
        float[] values = new float[Numbers(entry)];
        file.Read(entry, values);
        return values;
    }

    private (SafetensorsFile File, SafetensorsEntry Entry) Find(string name)
    {
        if (!tensors.TryGetValue(name, out (SafetensorsFile File, SafetensorsEntry Entry) found))
            throw new TorchException($"The weights in {place} hold no tensor '{name}' of {SafetensorsEntry.ReadTypes} numbers{Near(name)}. Check that the model is of the kind that its config.json names.");
        // TorchSharp and .NET give out memory in spans of less than 2 GiB.
        return Numbers(found.Entry) * sizeof(float) <= int.MaxValue ? found
            : throw new TorchException($"The tensor '{name}' in {found.File.Path} takes {Numbers(found.Entry) * sizeof(float)} bytes as float32, expected at most {int.MaxValue}. Choose a smaller model.");
    }

    private string Near(string name)
    {
        string last = name[(name.LastIndexOf('.', Math.Max(0, name.LastIndexOf('.') - 1)) + 1)..];
        string? near = tensors.Keys.Where(n => n.EndsWith(last, StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault();
        return near is null ? "" : $"; one like it is '{near}'";
    }

    private static long Numbers(SafetensorsEntry entry) => entry.Length / SafetensorsEntry.SizeOf(entry.Type);

    public void Dispose()
    {
        foreach (SafetensorsFile file in files.Values) file.Dispose();
    }
}
