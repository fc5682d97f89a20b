namespace MLPipes.Trainers;

/// <summary>32 rows of a batch as one member sees them.</summary>
/// <param name="Place">Where its own buffers are; those of a member stand together.</param>
/// <param name="Rows">Where what all members share is.</param>
/// <param name="Member">The member.</param>
internal readonly record struct NetTile(int Place, int Rows, int Member)
{
    /// <summary>The tile at a place of a batch of <paramref name="tiles"/> tiles of rows.</summary>
    public static NetTile At(int place, int tiles) => new(place, place % tiles, place / tiles);
}
