using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>One of Unicode's four normalization forms (Unicode Standard Annex 15).</summary>
/// <param name="Form">Composed or decomposed, with or without the compatibility mappings.</param>
/// <remarks>What a character decomposes into has its place; a composed character has the place of its first part, as in Python's tokenizers.</remarks>
internal sealed record UnicodeNormalizer(NormalizationForm Form) : ITextNormalizer
{
    public void Apply(NormalizedText text)
    {
        NormalizedText.Before before = text.Rewrite();
        bool compatibility = Form is NormalizationForm.FormKC or NormalizationForm.FormKD;
        bool composes = Form is NormalizationForm.FormC or NormalizationForm.FormKC;
        UnicodeDecomposition table = UnicodeDecomposition.Table;
        List<Part> parts = [];
        Span<int> decomposed = stackalloc int[18];
        for (int i = 0; i < before.Length;)
        {
            Rune rune = before.RuneAt(i);
            int count = table.Decompose(rune.Value, compatibility, decomposed);
            foreach (int part in decomposed[..count])
            {
                int rank = table.ClassOf(part);
                // Characters that start anew close what came before, so a text of any length needs little memory.
                if (rank == 0 && parts.Count > 64) Flush(text, parts, table, composes, keepLast: true);
                parts.Add(new Part(part, rank, before.Starts[i], before.Ends[i]));
            }
            i += rune.Utf16SequenceLength;
        }
        Flush(text, parts, table, composes, keepLast: false);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Form switch { NormalizationForm.FormC => "NFC", NormalizationForm.FormD => "NFD", NormalizationForm.FormKC => "NFKC", _ => "NFKD" });
        json.WriteEndObject();
    }

    private static void Flush(NormalizedText text, List<Part> parts, UnicodeDecomposition table, bool composes, bool keepLast)
    {
        Order(parts);
        if (composes) Compose(parts, table);
        // The last starter, with the marks on it, may still compose with what follows (Hangul).
        int done = keepLast ? Math.Max(0, parts.FindLastIndex(p => p.Rank == 0)) : parts.Count;
        for (int i = 0; i < done; i++) text.Append(new Rune(parts[i].Character), parts[i].Start, parts[i].End);
        parts.RemoveRange(0, done);
    }

    // Marks between two starters by rank, those of one rank as they stood.
    private static void Order(List<Part> parts)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            int end = i;
            bool sorted = true;
            while (end < parts.Count && parts[end].Rank > 0)
            {
                sorted &= end == i || parts[end].Rank >= parts[end - 1].Rank;
                end++;
            }
            if (!sorted)
            {
                Part[] run = [.. parts[i..end].OrderBy(p => p.Rank)];
                for (int k = 0; k < run.Length; k++) parts[i + k] = run[k];
            }
            i = Math.Max(i, end - 1);
        }
    }

    private static void Compose(List<Part> parts, UnicodeDecomposition table)
    {
        int kept = 0, starter = -1, lastRank = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            Part part = parts[i];
            bool blocked = starter < kept - 1 && (lastRank == 0 || lastRank >= part.Rank);
            int composed = starter >= 0 && !blocked ? table.Compose(parts[starter].Character, part.Character) : -1;
            if (composed >= 0)
            {
                parts[starter] = parts[starter] with { Character = composed };
                continue;
            }
            if (part.Rank == 0) starter = kept;
            lastRank = part.Rank;
            parts[kept++] = part;
        }
        parts.RemoveRange(kept, parts.Count - kept);
    }

    private readonly record struct Part(int Character, int Rank, int Start, int End);
}
