namespace MLPipes.Pipelines;

/// <summary>Divides each row of scores that are at least 0 by its sum; a row of zeros becomes uniform.</summary>
public sealed class NormalizedLink : ILink, IPlainPart<NormalizedLink>
{
    /// <inheritdoc/>
    public static string Kind => "link-normalized";

    /// <inheritdoc/>
    public void Apply(Span<float> scores, int outputs)
    {
        for (int start = 0; start < scores.Length; start += outputs)
        {
            Span<float> row = scores.Slice(start, outputs);
            double sum = 0;
            foreach (float score in row) sum += score;
            if (sum > 0 && double.IsFinite(sum))
                for (int k = 0; k < row.Length; k++) row[k] = (float)(row[k] / sum);
            else row.Fill(1f / outputs);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer) { }

    /// <inheritdoc/>
    public static NormalizedLink Read(PlainReader reader) => new();
}
