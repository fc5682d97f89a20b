using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class FittedPipeline
{
    /// <summary>Saves to one file. What stood there stays untouched unless the whole new file is on disk.</summary>
    /// <exception cref="BundleException">The file can't be written.</exception>
    public void Save(string path) => BundleFile.Save(path, stream => BundleWriter.Write(this, stream));

    /// <summary>Writes what <see cref="Save(string)"/> writes to <paramref name="stream"/>, which stays open.</summary>
    public void Save(Stream stream) => BundleWriter.Write(this, stream);

    /// <summary>Loads a saved pipeline; nothing in the file is trusted.</summary>
    /// <exception cref="BundleException">There is no such file, or it is damaged, of another version or no model.</exception>
    public static FittedPipeline Load(string path) => BundleFile.Load(path, stream => BundleReader.Read(stream, path));

    /// <summary>Loads a pipeline from what <see cref="Save(Stream)"/> wrote; nothing in it is trusted. The stream stays open.</summary>
    /// <exception cref="BundleException">It is damaged, of another version or no model.</exception>
    public static FittedPipeline Load(Stream stream)
    {
        if (stream.CanSeek) return BundleReader.Read(stream, "model");
        using MemoryStream copy = new();
        byte[] block = new byte[1 << 16];
        for (int read; (read = stream.Read(block)) > 0;)
        {
            if (copy.Length + read > BundleLayout.MaxPartBytes) throw new BundleException("model: the stream is larger than any model. Save it to a file and load that.");
            copy.Write(block, 0, read);
        }
        copy.Position = 0;
        return BundleReader.Read(copy, "model");
    }
}
