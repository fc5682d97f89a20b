namespace MLPipes.Trainers;

/// <summary>A set of rows, one bit each.</summary>
internal sealed class RowSet(int rows)
{
    private readonly ulong[] bits = new ulong[(rows + 63) / 64];

    public void Add(int row) => bits[row >> 6] |= 1UL << (row & 63);

    public bool Holds(int row) => (bits[row >> 6] >> (row & 63) & 1) != 0;
}
