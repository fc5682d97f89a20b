namespace MLPipes.Trainers.Torch;

/// <summary>The pieces of one text, in order, without special tokens around them.</summary>
/// <param name="Ids">Ids of the pieces: [tokens].</param>
/// <param name="Starts">Where each begins in the raw text, in UTF-16 units; ascending: [tokens].</param>
/// <param name="Ends">Where each ends, excluded; ascending: [tokens]. Pieces of one character share its offsets.</param>
internal readonly record struct TokenizedText(int[] Ids, int[] Starts, int[] Ends)
{
    /// <summary>Number of pieces.</summary>
    public int Count => Ids.Length;

    /// <summary>No pieces.</summary>
    public static TokenizedText Empty { get; } = new([], [], []);
}
