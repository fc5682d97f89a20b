namespace MLPipes.Pipelines;

/// <summary>How <see cref="FeatureInfo"/> stands in a bundle.</summary>
public static class FeatureInfoData
{
    /// <summary>Writes what <see cref="Features(PlainReader)"/> reads.</summary>
    public static void Features(this PlainWriter writer, IReadOnlyList<FeatureInfo> features)
    {
        writer.Int(features.Count);
        foreach (FeatureInfo feature in features)
        {
            writer.String(feature.Name);
            writer.String(feature.Column);
            // Below 0 no number of categories can stand: there, which stream of token ids it is.
            writer.Int(feature.IsTokenId ? -1 - feature.TokenStream : feature.Categories);
        }
    }

    /// <summary>Reads what <see cref="Features(PlainWriter, IReadOnlyList{FeatureInfo})"/> wrote.</summary>
    /// <exception cref="BundleException">The data can't be such a list.</exception>
    public static FeatureInfo[] Features(this PlainReader reader)
    {
        // Grown, not allocated at the length that the file claims: each feature must be there to be counted.
        int count = reader.Int(0, int.MaxValue, "features");
        List<FeatureInfo> features = [];
        for (int i = 0; i < count; i++) features.Add(Feature(reader));
        return [.. features];
    }

    private static FeatureInfo Feature(PlainReader reader)
    {
        string name = reader.String(), column = reader.String();
        int categories = reader.Int(-1 - TokenLayout.MaxStream, int.MaxValue, "categories");
        return categories >= 0 ? new FeatureInfo(name, column, categories) : new FeatureInfo(name, column) { IsTokenId = true, TokenStream = -1 - categories };
    }
}
