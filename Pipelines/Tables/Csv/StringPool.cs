using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLPipes.Pipelines;

/// <summary>Distinct byte strings, numbered in the order they came; no string object per cell.</summary>
internal sealed class StringPool
{
    public const int MaxBytes = 1 << 30;

    private byte[] bytes;
    private int[] starts;
    private uint[] hashes;
    private int[] slots;

    public StringPool() : this(strings: 16, room: 256) { }

    /// <param name="strings">Strings that find room before the pool has to grow.</param>
    /// <param name="room">Bytes that do.</param>
    public StringPool(int strings, int room) : this(strings, room, strings * 2) { }

    /// <param name="strings">Strings that find room before the pool has to grow.</param>
    /// <param name="room">Bytes that do.</param>
    /// <param name="slots">Slots at first; few where many of the strings may turn out to be the same.</param>
    public StringPool(int strings, int room, int slots)
    {
        bytes = GC.AllocateUninitializedArray<byte>(room);
        starts = GC.AllocateUninitializedArray<int>(strings + 1);
        starts[0] = 0;
        hashes = GC.AllocateUninitializedArray<uint>(strings);
        this.slots = Slots((int)BitOperations.RoundUpToPowerOf2((uint)slots));
    }

    public int Count { get; private set; }

    /// <summary>Lets go of what only adding and finding strings needs; nothing can be added after it.</summary>
    public void Seal()
    {
        if (slots.Length > 0) ArrayPool<int>.Shared.Return(slots);
        slots = [];
    }

    /// <summary>Bytes of all distinct strings together.</summary>
    public int TotalBytes => starts[Count];

    public ReadOnlySpan<byte> this[int code] => bytes.AsSpan(starts[code], starts[code + 1] - starts[code]);

    /// <summary>The strings from one number to before another, end to end.</summary>
    public ReadOnlySpan<byte> Range(int from, int to) => bytes.AsSpan(starts[from], starts[to] - starts[from]);

    /// <summary>The number of <paramref name="text"/>, new or known; -1 where the pool is full.</summary>
    public int Add(ReadOnlySpan<byte> text) => Add(text, Hash(text));

    /// <summary>Which of <paramref name="shares"/> (a power of two) the string of a number belongs to; equal strings belong to the same one.</summary>
    // The low bits choose a slot; a share's strings must still differ in those.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ShareOf(int code, int shares) => (int)(hashes[code] >> 24) & (shares - 1);

    /// <summary>The numbers of all strings, ordered by share; those of share i end at <paramref name="ends"/>[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int[] ByShare(Span<int> ends)
    {
        ends.Clear();
        for (int i = 0; i < Count; i++) ends[ShareOf(i, ends.Length)]++;
        int sum = 0;
        foreach (ref int end in ends)
        {
            // For now where the share starts; it moves to the end as the share fills.
            (end, sum) = (sum, sum + end);
        }
        int[] order = new int[Count];
        for (int i = 0; i < order.Length; i++) order[ends[ShareOf(i, ends.Length)]++] = i;
        return order;
    }

    /// <summary>Adds the strings of <paramref name="other"/> with the numbers <paramref name="some"/>, and puts their numbers here into <paramref name="map"/>; false where the pool is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool AddSome(StringPool other, ReadOnlySpan<int> some, int[] map)
    {
        foreach (int code in some)
            if ((map[code] = Add(other[code], other.hashes[code])) < 0) return false;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Add(ReadOnlySpan<byte> text, uint hash)
    {
        int wrap = slots.Length - 1, slot = (int)hash & wrap;
        while (slots[slot] is > 0 and var found)
        {
            if (hashes[found - 1] == hash && text.SequenceEqual(this[found - 1])) return found - 1;
            slot = (slot + 1) & wrap;
        }
        int start = starts[Count];
        if (text.Length > MaxBytes - start) return -1;
        if (start + text.Length > bytes.Length)
            Array.Resize(ref bytes, (int)Math.Min(MaxBytes, Math.Max(start + (long)text.Length, bytes.Length * 2L)));
        text.CopyTo(bytes.AsSpan(start));
        if (Count == hashes.Length)
        {
            Array.Resize(ref hashes, Math.Max(16, Count * 2));
            Array.Resize(ref starts, hashes.Length + 1);
        }
        hashes[Count] = hash;
        starts[++Count] = start + text.Length;
        slots[slot] = Count;
        if (Count * 2 > slots.Length) Grow();
        return Count - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Grow()
    {
        int size = slots.Length * 2;
        ArrayPool<int>.Shared.Return(slots);
        slots = Slots(size);
        int wrap = slots.Length - 1;
        for (int i = 0; i < Count; i++)
        {
            int slot = (int)hashes[i] & wrap;
            while (slots[slot] > 0) slot = (slot + 1) & wrap;
            slots[slot] = i + 1;
        }
    }

    // The array pool gives arrays of a power of two as asked for, up to a size that no column reaches.
    private static int[] Slots(int size)
    {
        int[] slots = size <= 1 << 30 ? ArrayPool<int>.Shared.Rent(size) : [];
        if (slots.Length != size) return new int[size];
        Array.Clear(slots);
        return slots;
    }

    // A multiply-and-fold hash over 8 bytes at a time, with a fixed seed: codes must not vary between runs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        const ulong Odd = 0x9E3779B97F4A7C15;
        ulong hash = (ulong)text.Length * Odd;
        ref byte at = ref MemoryMarshal.GetReference(text);
        int left = text.Length;
        for (; left >= 8; left -= 8)
        {
            hash = Fold(hash ^ Unsafe.ReadUnaligned<ulong>(ref at), Odd);
            at = ref Unsafe.Add(ref at, 8);
        }
        ulong tail = 0;
        for (int i = 0; i < left; i++) tail |= (ulong)Unsafe.Add(ref at, i) << (i * 8);
        hash = Fold(hash ^ tail ^ 0xD6E8FEB86659FD93, Odd);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return BitOperations.RotateLeft(high, 17) ^ low;
    }
}
