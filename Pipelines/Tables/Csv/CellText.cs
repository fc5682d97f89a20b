using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>From a raw cell to its content: quotes taken off, doubled quotes made single, white space around unquoted cells dropped.</summary>
internal static class CellText
{
    /// <param name="raw">The cell as it stands in the file.</param>
    /// <param name="scratch">Holds content that differs from the raw bytes; grows as needed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> raw, ref byte[] scratch)
    {
        if (raw.IsEmpty) return raw;
        if (raw[0] == '"') return Unquote(raw, ref scratch);
        return Trim(raw);
    }

    /// <summary>Without ASCII white space at either end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) =>
        text.IsEmpty || (text[0] > ' ' && text[^1] > ' ') ? text : TrimEnds(text);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<byte> TrimEnds(ReadOnlySpan<byte> text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsSpace(text[start])) start++;
        while (end > start && IsSpace(text[end - 1])) end--;
        return text[start..end];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0B or 0x0C;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> raw, ref byte[] scratch)
    {
        ReadOnlySpan<byte> inner = raw[1..];
        int quote = inner.IndexOf((byte)'"');
        if (quote == inner.Length - 1) return inner[..^1];
        if (scratch.Length < raw.Length) scratch = new byte[Math.Max(256, raw.Length * 2)];
        int length = 0;
        bool isInside = true;
        for (int i = 1; i < raw.Length; i++)
        {
            byte b = raw[i];
            if (isInside && b == '"')
            {
                if (i + 1 < raw.Length && raw[i + 1] == '"') i++;
                else
                {
                    // What follows the closing quote is kept as it is: dropping it would lose data.
                    isInside = false;
                    continue;
                }
            }
            scratch[length++] = b;
        }
        return scratch.AsSpan(0, length);
    }
}
