using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLPipes.Pipelines;

/// <summary>Reads a bundle and trusts nothing in it: every size, name, version and reference is checked before it is used.</summary>
internal static class BundleReader
{
    /// <summary>The task of models that find named entities, in manifests.</summary>
    public const string NamedEntities = "ner";

    /// <summary>The pipeline in <paramref name="stream"/>, which can seek.</summary>
    /// <param name="stream">The zip.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="BundleException">It is no sound bundle of this version.</exception>
    public static FittedPipeline Read(Stream stream, string source)
    {
        using BundleEntries entries = new(stream, source);
        ReadOnlyMemory<byte> manifestBytes = entries.Take(BundleLayout.Manifest, BundleLayout.MaxJsonBytes);
        if (TaskOf(manifestBytes.Span) is NamedEntities)
            throw entries.Broken(BundleLayout.Manifest, "it is a model that finds named entities in text", "Load it by EntityTagger.Load of the package MLPipes.Trainers.Torch; the commands evaluate and predict read it as it is.");
        PipelineManifest manifest = Json(entries, BundleLayout.Manifest, manifestBytes, BundleJson.Default.PipelineManifest);
        if (manifest.Format != PipelineManifest.CurrentFormat)
            throw entries.Broken(BundleLayout.Manifest, $"the format version is {manifest.Format}, this mlpipes reads {PipelineManifest.CurrentFormat}",
                manifest.Format > PipelineManifest.CurrentFormat ? "Update mlpipes, or train the model again with this version." : "Train the model again.");
        PipelineSchema schema = Json(entries, BundleLayout.Schema, BundleJson.Default.PipelineSchema);
        if (schema.Problems().FirstOrDefault() is { } problem) throw entries.Broken(BundleLayout.Schema, problem);
        BundleMember[] members = Json(entries, BundleLayout.Members, BundleJson.Default.BundleMemberArray);

        FittedFeatures[] features = Parts<FittedFeatures>(entries, members, m => m.Features, BundleLayout.Features);
        IModel[] models = Parts<IModel>(entries, members, m => m.Model, BundleLayout.Model);
        entries.RefuseRest();
        try
        {
            return new FittedPipeline(schema, [.. members.Select(m => new PipelineMember(features[m.Features], models[m.Model], m.Weight))], manifest);
        }
        catch (ArgumentException error)
        {
            throw entries.Broken(BundleLayout.Members, $"the parts do not fit each other ({error.Message})", inner: error);
        }
    }

    /// <summary>What the manifest of a bundle says that the model is for, in the words of the file; null where it says nothing readable.</summary>
    /// <param name="manifest">The entry's bytes.</param>
    public static string? TaskOf(ReadOnlySpan<byte> manifest)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(manifest.ToArray());
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("task", out JsonElement task) && task.ValueKind == JsonValueKind.String ? task.GetString() : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static T Json<T>(BundleEntries entries, string name, JsonTypeInfo<T> type) => Json(entries, name, entries.Take(name, BundleLayout.MaxJsonBytes), type);

    /// <summary>An entry's JSON.</summary>
    public static T Json<T>(BundleEntries entries, string name, ReadOnlyMemory<byte> content, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(content.Span, type) ?? throw entries.Broken(name, "it holds null");
        }
        catch (JsonException error)
        {
            throw entries.Broken(name, $"it is not the JSON that is expected ({error.Message})", inner: error);
        }
    }

    private static T[] Parts<T>(BundleEntries entries, BundleMember[] members, Func<BundleMember, int> numberOf, Func<int, string> nameOf) where T : class, IPlainPart
    {
        if (members.Length is 0 or > BundleLayout.MaxMembers) throw entries.Broken(BundleLayout.Members, $"it lists {members.Length} members");
        int count = 0;
        foreach (BundleMember? member in members)
        {
            if (member is null) throw entries.Broken(BundleLayout.Members, "a member is null");
            int number = numberOf(member);
            if (number < 0 || number > count) throw entries.Broken(BundleLayout.Members, $"a member refers to part {number} out of order");
            count = Math.Max(count, number + 1);
        }
        T[] parts = new T[count];
        for (int i = 0; i < count; i++) parts[i] = Part<T>(entries, nameOf(i));
        return parts;
    }

    /// <summary>The part in an entry.</summary>
    public static T Part<T>(BundleEntries entries, string name) where T : class, IPlainPart
    {
        PlainReader reader = new(entries.Take(name, BundleLayout.MaxPartBytes), entries.Describe(name));
        try
        {
            T part = reader.Part<T>();
            return reader.IsAtEnd ? part : throw reader.Damaged("bytes are left over");
        }
        catch (Exception error) when (error is ArgumentException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Parts check what they read; what slips through is refused by the constructors of what they build.
            throw entries.Broken(name, $"its values do not fit each other ({error.Message})", inner: error);
        }
    }
}
