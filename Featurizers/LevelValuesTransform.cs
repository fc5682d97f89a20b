using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Each category as values learned for it; missing and unseen have values of their own.</summary>
public sealed class LevelValuesTransform : ITransform, IPlainPart<LevelValuesTransform>
{
    private readonly FeatureInfo[] features;
    private readonly LevelMap map;
    private readonly float[] encoded;

    internal LevelValuesTransform(FeatureInfo[] features, LevelMap map, float[] encoded)
    {
        this.features = features;
        this.map = map;
        this.encoded = encoded;
    }

    /// <inheritdoc/>
    public static string Kind => "level-values";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features => features;

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        int outputs = features.Length;
        for (int i = 0; i < count; i++)
        {
            int level = map.At(inputs[0], start + i) switch { LevelMap.Missing => map.Count, LevelMap.Unseen => map.Count + 1, int seen => seen };
            for (int output = 0; output < outputs; output++) block.Set(i, output, encoded[(level * outputs) + output]);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Features(features);
        map.Write(writer);
        writer.Floats(encoded);
    }

    /// <inheritdoc/>
    public static LevelValuesTransform Read(PlainReader reader)
    {
        FeatureInfo[] features = reader.Features();
        if (features.Length == 0) throw reader.Damaged("no features");
        LevelMap map = LevelMap.Read(reader);
        float[] encoded = reader.Floats();
        if (encoded.LongLength != (map.Count + 2L) * features.Length) throw reader.Damaged($"{encoded.Length} values for {map.Count} categories");
        foreach (float value in encoded) if (!float.IsFinite(value)) throw reader.Damaged($"{value} where a finite number is expected");
        return new LevelValuesTransform(features, map, encoded);
    }
}
