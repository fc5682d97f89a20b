namespace MLPipes.Pipelines;

/// <summary>A fitted featurizer: plain learned data that turns columns into features.</summary>
/// <remarks>
/// One code path serves batches and single rows: a single row is a run of one row over a <see cref="RowBuffer"/>. So
/// <see cref="Write"/> must not allocate when it is given one row of non-category storage and a dense block, and must accept
/// every storage kind that its input column may have at prediction time (a category may arrive as <see cref="CategoryColumn"/>
/// or <see cref="TextColumn"/>). It is called from several threads at once.
/// </remarks>
public interface ITransform : IPlainPart
{
    /// <summary>What each written feature is, [width].</summary>
    IReadOnlyList<FeatureInfo> Features { get; }

    /// <summary>Number of columns that <see cref="Write"/> reads; 1 unless it was fitted on several.</summary>
    int InputCount => 1;

    /// <summary>Whether most features of a row are zero. A transform that is not sparse is always given a dense block.</summary>
    bool IsSparse { get; }

    /// <summary>Writes the features of <paramref name="count"/> rows from <paramref name="start"/> on.</summary>
    /// <param name="inputs">The input columns, in the order the featurizer was fitted on.</param>
    /// <param name="start">Index of the first row in the columns.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="block">Where to write; its row 0 is <paramref name="start"/>.</param>
    void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block);
}
