using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class FittedPipeline
{
    /// <summary>Saves to one file. What stood there stays untouched unless the whole new file is on disk.</summary>
    /// <exception cref="BundleException">The file can't be written.</exception>
    public void Save(string path)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new BundleException($"{path}: this is a folder. Name a file, for example model.zip.");
        if (Directory.Exists(full)) throw new BundleException($"{path}: this is a folder. Name a file, for example {Path.Combine(path, "model.zip")}.");
        // In the same folder, so that the last step is a rename, which happens wholly or not at all.
        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(full) && File.GetAttributes(full).HasFlag(FileAttributes.ReadOnly))
                throw new UnauthorizedAccessException("the file is read-only");
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                BundleWriter.Write(this, file);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BundleException($"{path}: the model can't be written ({error.Message.TrimEnd('.')}). Check the folder's permissions and free space, or choose another path.", error);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    /// <summary>Writes what <see cref="Save(string)"/> writes to <paramref name="stream"/>, which stays open.</summary>
    public void Save(Stream stream) => BundleWriter.Write(this, stream);

    /// <summary>Loads a saved pipeline; nothing in the file is trusted.</summary>
    /// <exception cref="BundleException">There is no such file, or it is damaged, of another version or no model.</exception>
    public static FittedPipeline Load(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return BundleReader.Read(file, path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BundleException($"{path}: there is no such file. Check the path; `mlpipes train --out` writes a model.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BundleException($"{path}: the model can't be read ({error.Message.TrimEnd('.')}).", error);
        }
    }

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
