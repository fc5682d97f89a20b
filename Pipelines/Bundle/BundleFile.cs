namespace MLPipes.Pipelines;

/// <summary>Model files on disk: written wholly or not at all, opened with errors that say what to do.</summary>
internal static class BundleFile
{
    /// <summary>Writes a file. What stood there stays untouched unless the whole new file is on disk.</summary>
    /// <exception cref="BundleException">The file can't be written.</exception>
    public static void Save(string path, Action<Stream> write)
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
                write(file);
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

    /// <summary>Opens a file and reads it.</summary>
    /// <exception cref="BundleException">There is no such file, or it can't be read.</exception>
    public static T Load<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(file);
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
}
