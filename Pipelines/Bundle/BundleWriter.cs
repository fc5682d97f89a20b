using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLPipes.Pipelines;

/// <summary>Writes a fitted pipeline as a zip of plain data; the same pipeline gives the same bytes.</summary>
internal static class BundleWriter
{
    // A zip entry must carry a time; a fixed one keeps the bytes equal. This is the earliest that the format knows.
    private static readonly DateTimeOffset entryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Write(FittedPipeline pipeline, Stream stream)
    {
        List<FittedFeatures> features = [];
        List<IModel> models = [];
        BundleMember[] members = [.. pipeline.Members.Select(m => new BundleMember(NumberOf(m.Features, features), NumberOf(m.Model, models), m.Weight))];

        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        Json(zip, BundleLayout.Manifest, pipeline.Manifest, BundleJson.Default.PipelineManifest);
        Json(zip, BundleLayout.Schema, pipeline.Schema, BundleJson.Default.PipelineSchema);
        Json(zip, BundleLayout.Members, members, BundleJson.Default.BundleMemberArray);
        for (int i = 0; i < features.Count; i++) Plain(zip, BundleLayout.Features(i), features[i]);
        for (int i = 0; i < models.Count; i++) Plain(zip, BundleLayout.Model(i), models[i]);
    }

    private static int NumberOf<T>(T part, List<T> parts) where T : class
    {
        int number = parts.FindIndex(p => ReferenceEquals(p, part));
        if (number >= 0) return number;
        parts.Add(part);
        return parts.Count - 1;
    }

    /// <summary>Writes an entry of JSON.</summary>
    public static void Json<T>(ZipArchive zip, string name, T value, JsonTypeInfo<T> type)
    {
        using Stream entry = Open(zip, name);
        JsonSerializer.Serialize(entry, value, type);
    }

    /// <summary>Writes an entry that holds a part.</summary>
    public static void Plain(ZipArchive zip, string name, IPlainPart part)
    {
        using BufferedStream entry = new(new ProbedEntry(level => Open(zip, name, level)), 1 << 16);
        new PlainWriter(entry).Part(part);
    }

    private static Stream Open(ZipArchive zip, string name, CompressionLevel compression = CompressionLevel.Fastest)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, compression);
        entry.LastWriteTime = entryTime;
        return entry.Open();
    }
}
