namespace MLPipes.Trainers.Torch;

/// <summary>Tokens as they are found, and the working memory of the models; reused, one a thread.</summary>
internal sealed class TokenBuffer
{
    private const int KeptTokens = 1 << 18;

    [ThreadStatic] private static TokenBuffer? mine;

    private int[] ids = new int[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];

    /// <summary>The calling thread's buffer.</summary>
    public static TokenBuffer Mine => mine ??= new TokenBuffer();

    /// <summary>Text in work.</summary>
    public NormalizedText Text { get; } = new();

    /// <summary>Working memory of byte-pair merging.</summary>
    public MergeWork Merge { get; } = new();

    /// <summary>Working memory of the search for the likeliest pieces.</summary>
    public PathWork Path { get; } = new();

    /// <summary>Tokens so far.</summary>
    public int Count { get; private set; }

    public void Clear()
    {
        if (ids.Length > KeptTokens) (ids, starts, ends) = (new int[64], new int[64], new int[64]);
        Count = 0;
    }

    /// <summary>Adds a token with its place in the raw text.</summary>
    public void Add(int id, int start, int end)
    {
        if (Count == ids.Length)
        {
            Array.Resize(ref ids, 2 * Count);
            Array.Resize(ref starts, 2 * Count);
            Array.Resize(ref ends, 2 * Count);
        }
        ids[Count] = id;
        starts[Count] = start;
        ends[Count++] = end;
    }

    /// <summary>Adds a token made of the units [start, end) of a text.</summary>
    public void Add(int id, NormalizedText text, int start, int end) => Add(id, text.Starts[start], text.Ends[end - 1]);

    /// <summary>Forgets the tokens from <paramref name="count"/> on.</summary>
    public void CutTo(int count) => Count = count;

    /// <summary>Shortens the place of a token.</summary>
    public void Place(int token, int start, int end)
    {
        starts[token] = start;
        ends[token] = end;
    }

    public int IdAt(int token) => ids[token];

    public int StartAt(int token) => starts[token];

    public int EndAt(int token) => ends[token];

    /// <summary>The tokens, copied out.</summary>
    public TokenizedText Take() => Count == 0
        ? TokenizedText.Empty
        : new TokenizedText(ids.AsSpan(0, Count).ToArray(), starts.AsSpan(0, Count).ToArray(), ends.AsSpan(0, Count).ToArray());
}
