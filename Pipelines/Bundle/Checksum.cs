namespace MLPipes.Pipelines;

/// <summary>The CRC-32 of zip files (ISO 3309, reflected polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Checksum
{
    private static readonly uint[] table = Build();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            uint low = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            crc = table[0x700 + (low & 255)] ^ table[0x600 + ((low >> 8) & 255)] ^ table[0x500 + ((low >> 16) & 255)] ^ table[0x400 + (low >> 24)]
                ^ table[0x300 + bytes[4]] ^ table[0x200 + bytes[5]] ^ table[0x100 + bytes[6]] ^ table[bytes[7]];
            bytes = bytes[8..];
        }
        foreach (byte b in bytes) crc = table[(crc ^ b) & 255] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] Build()
    {
        uint[] built = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
            built[i] = crc;
        }
        for (int i = 256; i < built.Length; i++) built[i] = built[built[i - 256] & 255] ^ (built[i - 256] >> 8);
        return built;
    }
}
