namespace MLPipes.Trainers.Torch;

/// <summary>Where one tensor lies in a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its number format, as the file names it.</param>
/// <param name="Shape">Its sizes; empty for a single number.</param>
/// <param name="Start">First byte, counted from the end of the header.</param>
/// <param name="Length">Bytes.</param>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Start, long Length)
{
    /// <summary>Formats that are read as float32 numbers.</summary>
    public const string ReadTypes = "F32, F16 or BF16";

    /// <summary>Whether it is read; others, such as the position numbers that old BERT files hold, are passed over.</summary>
    public bool IsRead => Type is "F32" or "F16" or "BF16";

    /// <summary>Bytes of one number; 0 for a format that the file format does not know.</summary>
    public static int SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => 0,
    };
}
