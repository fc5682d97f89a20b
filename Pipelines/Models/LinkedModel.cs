namespace MLPipes.Pipelines;

/// <summary>A model's scores behind another link: how a calibration learned afterwards is put on a fitted model.</summary>
/// <param name="inner">Gives the scores; its own link is not used.</param>
/// <param name="link">From scores to predictions; null for bare margins.</param>
public sealed class LinkedModel(IModel inner, ILink? link) : IModel, IPlainPart<LinkedModel>
{
    /// <summary>The model that scores.</summary>
    public IModel Inner { get; } = inner;

    /// <inheritdoc/>
    public static string Kind => "linked";

    /// <inheritdoc/>
    public int FeatureCount => Inner.FeatureCount;

    /// <inheritdoc/>
    public int OutputCount => Inner.OutputCount;

    /// <inheritdoc/>
    public ILink? Link { get; } = link;

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores) => Inner.Score(row, scores);

    /// <inheritdoc/>
    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores) => Inner.ScoreBatch(rows, start, count, scores);

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Part(Inner);
        writer.Bool(Link is not null);
        if (Link is not null) writer.Part(Link);
    }

    /// <inheritdoc/>
    public static LinkedModel Read(PlainReader reader) => new(reader.Part<IModel>(), reader.Bool() ? reader.Part<ILink>() : null);
}
