using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>The rows of a matrix as an encoder reads them: windows of tokens, and the other features.</summary>
internal sealed class WindowedRows
{
    private readonly TextWindow[][] windows;
    private readonly float[] rest;

    /// <summary>Reads rows <paramref name="start"/> to start + count − 1.</summary>
    public WindowedRows(FeatureMatrix matrix, int start, int count, TextWindows cut, CancellationToken cancel = default)
    {
        RestWidth = cut.RestWidth;
        windows = new TextWindow[count][];
        rest = new float[count * RestWidth];
        for (int i = 0; i < count; i++)
        {
            if (i % 256 == 0) cancel.ThrowIfCancellationRequested();
            windows[i] = cut.Of(matrix.Row(start + i), rest.AsSpan(i * RestWidth, RestWidth));
        }
    }

    /// <summary>Rows that are windows alone.</summary>
    public WindowedRows(TextWindow[][] windows) => (this.windows, rest) = (windows, []);

    /// <summary>A single row.</summary>
    public WindowedRows(FeatureRow row, TextWindows cut)
    {
        RestWidth = cut.RestWidth;
        rest = new float[RestWidth];
        windows = [cut.Of(row, rest)];
    }

    /// <summary>Number of rows.</summary>
    public int Count => windows.Length;

    /// <summary>Features of a row beside its tokens.</summary>
    public int RestWidth { get; }

    /// <summary>Tokens of all rows.</summary>
    public long Tokens => windows.Sum(w => w.Sum(v => (long)v.Ids.Length));

    /// <summary>Highest token id; -1 for no rows.</summary>
    public int HighestId => windows.Length == 0 ? -1 : windows.Max(w => w.Max(v => v.Ids.Max()));

    /// <summary>Tokens of all windows of a row.</summary>
    public int TokensOf(int row)
    {
        int tokens = 0;
        foreach (TextWindow window in windows[row]) tokens += window.Ids.Length;
        return tokens;
    }

    /// <summary>Windows of a row.</summary>
    public ReadOnlySpan<TextWindow> Windows(int row) => windows[row];

    /// <summary>[rest] of a row.</summary>
    public ReadOnlySpan<float> Rest(int row) => rest.AsSpan(row * RestWidth, RestWidth);
}
