namespace MLPipes.Pipelines;

/// <summary>Where token ids stand among the features of a row, and how to read them back. Immutable and safe to use from several threads.</summary>
/// <remarks>
/// Each view of a text column is a segment of neighbouring features, one for each position; the value is the token's id + 1, and 0 or an absent
/// value is no token, so that short texts cost nothing in a sparse matrix. All other features are quantities, the rest.
/// </remarks>
public sealed class TokenLayout
{
    /// <summary>Largest id: a float32 holds every whole number up to 2²⁴.</summary>
    public const int MaxId = (1 << 24) - 1;

    internal const int MaxStream = 7;

    private readonly TokenSegment[] segments;
    private readonly int[] rest;
    private readonly int[] offsets;

    // By feature: its segment, or -1 - its place in the rest.
    private readonly int[] places;

    private TokenLayout(TokenSegment[] segments, int[] rest, int[] places)
    {
        this.segments = segments;
        this.rest = rest;
        this.places = places;
        offsets = new int[segments.Length];
        for (int s = 1; s < offsets.Length; s++) offsets[s] = offsets[s - 1] + segments[s - 1].Length;
        Positions = segments.Sum(s => s.Length);
    }

    /// <summary>Number of features.</summary>
    public int Width => places.Length;

    /// <summary>The segments, in the order of their features.</summary>
    public IReadOnlyList<TokenSegment> Segments => segments;

    /// <summary>Indices of the features that are no token ids, ascending.</summary>
    public ReadOnlySpan<int> Rest => rest;

    /// <summary>Positions of all segments together.</summary>
    public int Positions { get; }

    /// <summary>The layout of <paramref name="features"/>: a segment is a longest run of token ids of one column and one stream.</summary>
    public static TokenLayout Of(IReadOnlyList<FeatureInfo> features)
    {
        List<TokenSegment> segments = [];
        List<int> rest = [];
        int[] places = new int[features.Count];
        for (int f = 0; f < places.Length; f++)
        {
            FeatureInfo feature = features[f];
            if (!feature.IsTokenId)
            {
                places[f] = -1 - rest.Count;
                rest.Add(f);
                continue;
            }
            bool goesOn = f > 0 && features[f - 1].IsTokenId && features[f - 1].Column == feature.Column && features[f - 1].TokenStream == feature.TokenStream;
            if (goesOn) segments[^1] = segments[^1] with { Length = segments[^1].Length + 1 };
            else segments.Add(new TokenSegment(feature.Column, f, 1, feature.TokenStream));
            places[f] = segments.Count - 1;
        }
        return new TokenLayout([.. segments], [.. rest], places);
    }

    /// <summary>Tokens in all rows of <paramref name="matrix"/>.</summary>
    public static long CountTokens(FeatureMatrix matrix)
    {
        bool[] isToken = [.. matrix.Features.Select(f => f.IsTokenId)];
        if (!isToken.Contains(true)) return 0;
        long tokens = 0;
        ReadOnlySpan<float> values = matrix.Values;
        ReadOnlySpan<int> indices = matrix.Indices;
        for (int i = 0, f = 0; i < values.Length; i++, f = f + 1 == isToken.Length ? 0 : f + 1)
            if (isToken[matrix.IsSparse ? indices[i] : f] && values[i] >= 1) tokens++;
        return tokens;
    }

    /// <summary>Reads <paramref name="row"/> into <paramref name="buffer"/>, a buffer of this layout.</summary>
    public void Read(FeatureRow row, TokenRow buffer)
    {
        buffer.Clear();
        ReadOnlySpan<float> values = row.Values;
        if (row.IsSparse)
        {
            ReadOnlySpan<int> indices = row.Indices;
            for (int i = 0; i < indices.Length; i++) Put(indices[i], values[i], buffer);
            return;
        }
        for (int f = 0; f < places.Length; f++) Put(f, values[f], buffer);
    }

    /// <summary>Writes what <see cref="Read(PlainReader)"/> reads.</summary>
    public void Write(PlainWriter writer)
    {
        writer.Int(Width);
        writer.Int(segments.Length);
        foreach (TokenSegment segment in segments)
        {
            writer.String(segment.Column);
            writer.Int(segment.Start);
            writer.Int(segment.Length);
            writer.Int(segment.Stream);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="BundleException">Segments overlap or leave the row.</exception>
    public static TokenLayout Read(PlainReader reader)
    {
        int width = reader.Int(1, 1 << 28, "features"), count = reader.Int(0, width, "segments");
        List<TokenSegment> segments = [];
        int end = 0;
        for (int s = 0; s < count; s++)
        {
            string column = reader.String();
            int start = reader.Int(end, width, "start of a segment");
            int length = reader.Int(1, width - start, "length of a segment");
            segments.Add(new TokenSegment(column, start, length, reader.Int(0, MaxStream, "stream")));
            end = start + length;
        }
        int[] places = new int[width];
        List<int> rest = [];
        for (int f = 0, s = 0; f < width; f++)
        {
            while (s < count && f >= segments[s].Start + segments[s].Length) s++;
            bool isToken = s < count && f >= segments[s].Start;
            places[f] = isToken ? s : -1 - rest.Count;
            if (!isToken) rest.Add(f);
        }
        return new TokenLayout([.. segments], [.. rest], places);
    }

    internal int OffsetOf(int segment) => offsets[segment];

    private void Put(int feature, float value, TokenRow buffer)
    {
        int place = places[feature];
        if (place >= 0) buffer.Add(place, value);
        else buffer.SetRest(-1 - place, value);
    }
}
