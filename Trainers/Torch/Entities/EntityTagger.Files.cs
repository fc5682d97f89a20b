using System.IO.Compression;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

public sealed partial class EntityTagger
{
    private const string ModelEntry = "tagger.bin";

    /// <summary>Saves to one file. What stood there stays untouched unless the whole new file is on disk.</summary>
    /// <exception cref="BundleException">The file can't be written.</exception>
    public void Save(string path) => BundleFile.Save(path, Save);

    /// <summary>Writes what <see cref="Save(string)"/> writes to <paramref name="stream"/>, which stays open.</summary>
    public void Save(Stream stream)
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        BundleWriter.Json(zip, BundleLayout.Manifest, Manifest, EntityJson.Default.EntityManifest);
        BundleWriter.Plain(zip, ModelEntry, model);
    }

    /// <summary>Loads a saved tagger; nothing in the file is trusted.</summary>
    /// <exception cref="BundleException">There is no such file, or it is damaged, of another version or no entity model.</exception>
    public static EntityTagger Load(string path) => BundleFile.Load(path, stream => Read(stream, path));

    /// <summary>Loads a tagger from what <see cref="Save(Stream)"/> wrote, from a stream that can seek; nothing in it is trusted. The stream stays open.</summary>
    /// <exception cref="BundleException">It is damaged, of another version or no entity model.</exception>
    public static EntityTagger Load(Stream stream) => Read(stream, "model");

    /// <summary>Whether the file is a model whose manifest says that it finds entities; false for all else, a missing or damaged file included.</summary>
    public static bool IsTagger(string path)
    {
        try
        {
            return BundleFile.Load(path, stream =>
            {
                using BundleEntries entries = new(stream, path);
                return BundleReader.TaskOf(entries.Take(BundleLayout.Manifest, BundleLayout.MaxJsonBytes).Span) == BundleReader.NamedEntities;
            });
        }
        catch (BundleException)
        {
            // Whoever loads the file tells what is wrong with it.
            return false;
        }
    }

    private static EntityTagger Read(Stream stream, string source)
    {
        using BundleEntries entries = new(stream, source);
        ReadOnlyMemory<byte> json = entries.Take(BundleLayout.Manifest, BundleLayout.MaxJsonBytes);
        if (BundleReader.TaskOf(json.Span) is { } task && task != BundleReader.NamedEntities)
            throw entries.Broken(BundleLayout.Manifest, $"it is a model for the task '{task}', not one that finds entities", "Load it by FittedPipeline.Load.");
        EntityManifest manifest = BundleReader.Json(entries, BundleLayout.Manifest, json, EntityJson.Default.EntityManifest);
        if (manifest.Format != EntityManifest.CurrentFormat)
            throw entries.Broken(BundleLayout.Manifest, $"the format version is {manifest.Format}, this mlpipes reads {EntityManifest.CurrentFormat}",
                manifest.Format > EntityManifest.CurrentFormat ? "Update mlpipes, or train the model again with this version." : "Train the model again.");
        if (manifest.Task != BundleReader.NamedEntities) throw entries.Broken(BundleLayout.Manifest, "the task is not 'ner'");
        IPlainPart part = BundleReader.Part<IPlainPart>(entries, ModelEntry);
        entries.RefuseRest();
        return part is ITagModel model ? new EntityTagger(model, manifest) : throw entries.Broken(ModelEntry, "it holds no model that tags words");
    }
}
