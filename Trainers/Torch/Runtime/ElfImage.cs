using System.Buffers.Binary;
using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>What the loader has to know of a 64-bit little-endian ELF library: versions it needs of others, and symbols it takes from them.</summary>
/// <remarks>Source: the ELF-64 object file format, and "Symbol Versioning" in the Linux Standard Base core specification, section 10.7.</remarks>
internal sealed class ElfImage
{
    private const uint DynamicSymbols = 11, VersionOfSymbol = 0x6fffffff, VersionNeeds = 0x6ffffffe;
    private const int HeaderSize = 64, SectionSize = 64, SymbolSize = 24;
    private const ushort Weak = 2;

    private readonly byte[] bytes;
    private readonly string path;
    private readonly List<Section> sections = [];

    private readonly record struct Section(uint Type, long Offset, long Size, int Link);

    /// <param name="bytes">The whole file; changed by <see cref="Weaken"/>.</param>
    /// <param name="path">The file's name, for errors.</param>
    /// <exception cref="TorchException">It is no such library, or it is truncated.</exception>
    public ElfImage(byte[] bytes, string path)
    {
        (this.bytes, this.path) = (bytes, path);
        if (bytes.Length < HeaderSize || !bytes.AsSpan(0, 6).SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw Damaged("found no 64-bit little-endian ELF header");
        long table = Long(40);
        (int size, int count) = (Short(58), Short(60));
        if (size != SectionSize || count == 0) throw Damaged($"found {count} sections of {size} bytes, expected some of {SectionSize} bytes");
        for (int section = 0; section < count; section++)
        {
            long at = table + (long)section * SectionSize;
            Span(at, SectionSize);
            sections.Add(new Section(Int(at + 4), Long(at + 24), Long(at + 32), (int)Math.Min(Int(at + 40), int.MaxValue)));
        }
    }

    /// <summary>Lets the library load where <paramref name="library"/> lacks <paramref name="version"/>: the loader then warns at most.</summary>
    /// <returns>Whether a flag was set; false when it was already.</returns>
    /// <exception cref="TorchException">The library asks for no such version.</exception>
    public bool Weaken(string library, string version)
    {
        foreach (Section needs in sections.Where(s => s.Type == VersionNeeds))
        {
            Section names = Linked(needs);
            for (long need = needs.Offset, next = 1; next != 0; need += next)
            {
                next = Int(need + 12);
                if (Text(names, Int(need + 4)) != library) continue;
                long entry = need + Int(need + 8);
                for (int left = Short(need + 2); left > 0; left--)
                {
                    if (Text(names, Int(entry + 8)) == version) return SetWeak(entry);
                    entry += Int(entry + 12);
                }
            }
        }
        throw Damaged($"it asks for no version {version} of {library}");
    }

    /// <summary>Names of the symbols that it takes from libraries without versions, which libtorch's are.</summary>
    public IReadOnlyList<string> UnversionedImports()
    {
        const int importedGlobal = 1 << 4, bindings = 0xf0;
        List<string> imports = [];
        if (sections.Find(s => s.Type == DynamicSymbols) is not { Size: > 0 } symbols) return imports;
        Section names = Linked(symbols);
        Section versions = sections.Find(s => s.Type == VersionOfSymbol);
        for (long symbol = 0; symbol < symbols.Size / SymbolSize; symbol++)
        {
            long at = symbols.Offset + symbol * SymbolSize;
            bool undefined = Short(at + 6) == 0 && (Byte(at + 4) & bindings) == importedGlobal;
            if (undefined && (versions.Size == 0 || Short(versions.Offset + symbol * 2) <= 1)) imports.Add(Text(names, Int(at)));
        }
        return imports;
    }

    private bool SetWeak(long entry)
    {
        ushort flags = Short(entry + 4);
        if ((flags & Weak) != 0) return false;
        BinaryPrimitives.WriteUInt16LittleEndian(Span(entry + 4, 2), (ushort)(flags | Weak));
        return true;
    }

    private Section Linked(Section section) => section.Link < sections.Count
        ? sections[section.Link]
        : throw Damaged($"a section names the strings of section {section.Link} of {sections.Count}");

    private string Text(Section names, uint offset)
    {
        if (offset >= names.Size) throw Damaged($"a name lies at {offset} of {names.Size} bytes");
        Span<byte> from = Span(names.Offset + offset, (int)Math.Min(names.Size - offset, int.MaxValue));
        int end = from.IndexOf((byte)0);
        return end < 0 ? throw Damaged("a name does not end") : Encoding.ASCII.GetString(from[..end]);
    }

    private byte Byte(long at) => Span(at, 1)[0];

    private ushort Short(long at) => BinaryPrimitives.ReadUInt16LittleEndian(Span(at, 2));

    private uint Int(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Span(at, 4));

    private long Long(long at) => BinaryPrimitives.ReadInt64LittleEndian(Span(at, 8));

    private Span<byte> Span(long at, int length) => at >= 0 && at <= bytes.Length - length
        ? bytes.AsSpan((int)at, length)
        : throw Damaged($"it ends at {bytes.Length} bytes, before the {length} bytes at {at}");

    private TorchException Damaged(string why) =>
        new($"{path} can't be used as a native library: {why}. Install the package TorchSharp again (dotnet nuget locals all --clear, then restore).");
}
