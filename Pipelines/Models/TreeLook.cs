using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>A slot that the trees of a <see cref="TreeBlock"/> look at, and the table of what each rank of its value leaves of them.</summary>
internal unsafe struct TreeLook
{
    /// <summary>The slot.</summary>
    public nint Slot;

    /// <summary>Levels of the keys.</summary>
    public nint Levels;

    /// <summary>The thresholds, laid out as <see cref="ThresholdKeys"/> has them.</summary>
    public float* Keys;

    /// <summary>The table: a row a rank, from no threshold below the value to all.</summary>
    public byte* Rows;

    /// <summary>The row that a row of slots leads to.</summary>
    /// <param name="slots">[slots].</param>
    /// <param name="bytes">Bytes of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* Row(float* slots, nint bytes)
    {
        float value = slots[Slot];
        nint rank = Levels == 1 ? ThresholdKeys.Above(Keys, value) : Levels == 2 ? ThresholdKeys.RankInTwo(Keys, value) : ThresholdKeys.Rank(Keys, Levels, value);
        return Rows + (rank * bytes);
    }
}
