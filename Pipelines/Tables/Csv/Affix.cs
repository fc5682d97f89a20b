namespace MLPipes.Pipelines;

/// <summary>What may stand before or behind a number: percent or a currency. Several in one column mean that it is no quantity.</summary>
internal static class Affix
{
    public const int None = 0;
    public const int Percent = 1;

    // Index + 2 is the affix's number; a currency's sign and its code are the same affix.
    private static readonly byte[][][] currencies =
    [
        [[.. "$"u8], [.. "USD"u8], [.. "US$"u8]], [[.. "€"u8], [.. "EUR"u8]], [[.. "£"u8], [.. "GBP"u8]], [[.. "¥"u8], [.. "JPY"u8], [.. "CNY"u8]],
        [[.. "₹"u8], [.. "INR"u8], [.. "Rs"u8]], [[.. "CHF"u8]], [[.. "₽"u8], [.. "RUB"u8]], [[.. "₩"u8], [.. "KRW"u8]],
        [[.. "zł"u8], [.. "PLN"u8]], [[.. "kr"u8], [.. "SEK"u8], [.. "NOK"u8], [.. "DKK"u8]], [[.. "R$"u8], [.. "BRL"u8]], [[.. "₺"u8], [.. "TRY"u8]],
    ];

    /// <summary>Takes an affix off; what is left is a number or nothing known. Returns its number.</summary>
    public static int Strip(ref ReadOnlySpan<byte> text)
    {
        bool isNegative = text.Length > 1 && text[0] == '-' && !IsNumeric(text[1]);
        ReadOnlySpan<byte> rest = isNegative ? text[1..] : text;
        if (rest[^1] == '%')
        {
            text = CellText.Trim(text[..^1]);
            return Percent;
        }
        for (int i = 0; i < currencies.Length; i++)
        {
            foreach (byte[] sign in currencies[i])
            {
                if (rest.EndsWith(sign))
                {
                    text = CellText.Trim(text[..^sign.Length]);
                    return i + 2;
                }
                // -$5 keeps its minus by its absence here: only $-5 and $5 are taken; the caller negates.
                if (!rest.StartsWith(sign)) continue;
                text = CellText.Trim(rest[sign.Length..]);
                return isNegative ? ~(i + 2) : i + 2;
            }
        }
        return None;
    }

    public static bool IsNumeric(byte b) => (uint)(b - '0') <= 9 || b is (byte)'.' or (byte)',';
}
