using System.Runtime.CompilerServices;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Tells cells that stand for a missing value, case ignored; most cells are told apart by length and first byte alone.</summary>
internal sealed class MissingWords
{
    private readonly byte[][]?[] byFirstByte = new byte[256][][];
    private readonly int longest;

    public MissingWords(IReadOnlyList<string> values)
    {
        foreach (IGrouping<byte, byte[]> group in values.Select(v => Encoding.UTF8.GetBytes(v.Trim())).Where(w => w.Length > 0).GroupBy(w => Lower(w[0])))
        {
            byte[][] words = [.. group];
            longest = Math.Max(longest, words.Max(w => w.Length));
            byFirstByte[group.Key] = byFirstByte[Upper(group.Key)] = words;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(ReadOnlySpan<byte> cell)
    {
        if (cell.IsEmpty) return true;
        return cell.Length <= longest && byFirstByte[cell[0]] is { } words && Contains(words, cell);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Contains(byte[][] words, ReadOnlySpan<byte> cell)
    {
        foreach (byte[] word in words)
            if (word.Length == cell.Length && AreEqual(word, cell)) return true;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;

    private static byte Upper(byte b) => b is >= (byte)'a' and <= (byte)'z' ? (byte)(b & ~0x20) : b;

    // System.Text.Ascii.EqualsIgnoreCase is false for any byte above 127, and users may name such words.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (int i = 0; i < a.Length; i++) if (Lower(a[i]) != Lower(b[i])) return false;
        return true;
    }
}
