using System.Numerics;

namespace MLPipes.Pipelines;

/// <summary>Hashes of cells and rows that are the same in every process, and word counts.</summary>
internal static class CellHash
{
    private const ulong Seed = 14695981039346656037, Prime = 1099511628211;

    /// <summary>The hash of a missing cell.</summary>
    public const ulong Missing = 0x9E3779B97F4A7C15;

    /// <summary>64-bit FNV-1a over UTF-16 units, mixed at the end. Source: Fowler, Noll, Vo; isthe.com/chongo/tech/comp/fnv.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        ulong hash = Seed;
        foreach (char c in text) hash = (hash ^ c) * Prime;
        return Mix(hash);
    }

    /// <summary>The hash of a number's bits.</summary>
    public static ulong Of(double value) => double.IsNaN(value) ? Missing : Mix(BitConverter.DoubleToUInt64Bits(value) ^ Seed);

    /// <summary>A hash of two hashes in their order.</summary>
    public static ulong Join(ulong first, ulong second) => Mix((BitOperations.RotateLeft(first, 23) * Prime) ^ second);

    /// <summary>Hash of every row of a column.</summary>
    public static ulong[] OfRows(Column column)
    {
        ulong[] hashes = new ulong[column.Count];
        switch (column)
        {
            case CategoryColumn category:
                ulong[] ofCode = new ulong[category.Categories.Count];
                for (int c = 0; c < ofCode.Length; c++) ofCode[c] = Of(category.Categories[c]);
                for (int row = 0; row < hashes.Length; row++) hashes[row] = category.Codes[row] < 0 ? Missing : ofCode[category.Codes[row]];
                break;
            case TextColumn text:
                for (int row = 0; row < hashes.Length; row++) hashes[row] = text.Cells[row].IsEmpty ? Missing : Of(text.Cells[row].Span);
                break;
            case VectorColumn vector:
                for (int row = 0; row < hashes.Length; row++)
                    foreach (float value in vector.Values.Slice(row * vector.Width, vector.Width)) hashes[row] = Join(hashes[row], Of(value));
                break;
            case DateColumn date:
                for (int row = 0; row < hashes.Length; row++) hashes[row] = date.IsMissing(row) ? Missing : Mix((ulong)date.Ticks[row]);
                break;
            case IntegerColumn integer:
                for (int row = 0; row < hashes.Length; row++) hashes[row] = integer.IsMissing(row) ? Missing : Mix((ulong)integer.Values[row]);
                break;
            default:
                double[] values = column.Sampled(1);
                for (int row = 0; row < hashes.Length; row++) hashes[row] = Of(values[row]);
                break;
        }
        return hashes;
    }

    /// <summary>Number of runs of characters that are not white space; of Chinese and Japanese ones, which leave no spaces, three count as a word.</summary>
    /// <remarks>Words there are of one to three characters; counted as three, a name is one word, as elsewhere.</remarks>
    public static int Words(ReadOnlySpan<char> text)
    {
        int words = 0, ideographs = 0;
        bool inWord = false;
        foreach (char c in text)
        {
            bool isIdeograph = c is >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u4DBF' or >= '\u4E00' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF';
            bool blank = char.IsWhiteSpace(c);
            if (isIdeograph) ideographs++;
            // Marks between ideographs begin no word.
            else if (!blank && !inWord && (ideographs == 0 || !char.IsPunctuation(c))) words++;
            inWord = !blank && !isIdeograph;
        }
        return words + ((ideographs + 2) / 3);
    }

    /// <summary>Spreads every bit over all. Source: Steele, Lea, Flood, SplitMix64, OOPSLA 2014.</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
