namespace MLPipes;

/// <summary>How decimals are written in a text file.</summary>
public enum NumberFormat
{
    /// <summary>Found out from the column's cells.</summary>
    Auto,
    /// <summary>1,234.56</summary>
    DecimalPoint,
    /// <summary>1.234,56</summary>
    DecimalComma,
}
