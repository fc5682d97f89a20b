namespace MLPipes.Trainers.Torch;

/// <summary>The features of words in their context, as 64-bit hashes: what the hand-made tagger learns weights for.</summary>
/// <remarks>
/// The word, its neighbours, prefixes, suffixes, the pattern of its letters, and pairs of them; no word list and nothing of one language. Where a word is a
/// single character, as in Chinese, the same templates are characters and pairs of characters. The hash is FNV-1a over UTF-16 units with a
/// multiply-and-shift mix of the template; at some millions of features a collision has odds of about 10⁻⁶ each.
/// </remarks>
internal static class CrfFeatures
{
    /// <summary>Most features of one word.</summary>
    public const int Most = 64;

    private const ulong Offset = 14695981039346656037, Prime = 1099511628211, Border = 0x9E3779B97F4A7C15;
    private const int LongestAffix = 5;

    /// <summary>Adds the features of each word of a run; <paramref name="ends"/> takes where each word's end.</summary>
    public static void Extract(WordRun run, List<ulong> features, List<int> ends)
    {
        Facts[] facts = new Facts[run.Count];
        int capitals = 0, cased = 0;
        for (int i = 0; i < run.Count; i++)
        {
            facts[i] = Facts.Of(run.Word(i));
            if (facts[i].HasLetters) cased++;
            if (facts[i].IsCapital) capitals++;
        }
        // In a headline of capitals alone, capitals say nothing.
        bool isHeadline = cased > 0 && capitals == cased;
        for (int i = 0; i < run.Count; i++)
        {
            AddWord(facts, i, isHeadline, run.Word(i), features);
            ends.Add(features.Count);
        }
    }

    private static void AddWord(Facts[] facts, int i, bool isHeadline, ReadOnlySpan<char> word, List<ulong> features)
    {
        int template = 0;
        Facts here = facts[i], before = At(-1), behind = At(1), before2 = At(-2), behind2 = At(2);
        Add(Border);
        Add(here.Word);
        Add(here.Lower);
        Add(before.Lower);
        Add(behind.Lower);
        Add(before2.Lower);
        Add(behind2.Lower);
        Add(before.Word);
        Add(behind.Word);
        Add(Pair(before.Lower, here.Lower));
        Add(Pair(here.Lower, behind.Lower));
        Add(Pair(before2.Lower, before.Lower));
        Add(Pair(behind.Lower, behind2.Lower));
        Add(Pair(before.Lower, behind.Lower));
        Add(Pair(Pair(before.Lower, here.Lower), behind.Lower));
        Add(here.Shape);
        Add(before.Shape);
        Add(behind.Shape);
        Add(here.ShortShape);
        Add(Pair(before.ShortShape, here.ShortShape));
        Add(Pair(here.ShortShape, behind.ShortShape));
        Add(Pair(Pair(before.ShortShape, here.ShortShape), behind.ShortShape));
        Add(Pair(Pair(before2.ShortShape, before.ShortShape), here.ShortShape));
        Add(Pair(Pair(here.ShortShape, behind.ShortShape), behind2.ShortShape));
        Add(Pair(before.Lower, here.ShortShape));
        Add(Pair(here.ShortShape, behind.Lower));
        Add(Pair(before.ShortShape, here.Lower));
        Add(Pair(here.Lower, behind.ShortShape));
        Add(Pair(here.ShortShape, isHeadline ? 1UL : 2));
        Add(Pair(here.ShortShape, i == 0 ? 1UL : 2));
        Add(Pair(before.Suffix3, here.ShortShape));
        Add(Pair(behind.Suffix3, here.ShortShape));
        Add(before.Suffix3);
        Add(behind.Suffix3);
        // The ends of the word as written and, for what capitals hide, in small letters.
        ulong prefix = Offset, suffix = Offset;
        for (int length = 1; length <= LongestAffix; length++, template += 2)
        {
            if (length > word.Length) continue;
            prefix = Step(prefix, word[length - 1]);
            suffix = Step(suffix, char.ToLowerInvariant(word[^length]));
            features.Add(Mix(prefix, template));
            features.Add(Mix(suffix, template + 1));
        }

        Facts At(int offset) => i + offset >= 0 && i + offset < facts.Length ? facts[i + offset] : Facts.Outside(offset);

        void Add(ulong hash) => features.Add(Mix(hash, template++));
    }

    private static ulong Step(ulong hash, char c) => (hash ^ c) * Prime;

    private static ulong Pair(ulong a, ulong b) => ((a * Prime) ^ (b + Border)) * 0xFF51AFD7ED558CCD;

    private static ulong Mix(ulong hash, int template)
    {
        ulong mixed = (hash ^ ((ulong)(template + 1) * Border)) * 0xC4CEB9FE1A85EC53;
        return mixed ^ (mixed >> 29);
    }

    /// <summary>What of a word goes into features, hashed.</summary>
    private readonly record struct Facts(ulong Word, ulong Lower, ulong Shape, ulong ShortShape, ulong Suffix3, bool HasLetters, bool IsCapital)
    {
        private const int LongestShape = 12;

        public static Facts Outside(int offset)
        {
            ulong hash = Border * (ulong)(offset + 100);
            return new Facts(hash, hash, hash, hash, hash, false, false);
        }

        public static Facts Of(ReadOnlySpan<char> text)
        {
            ulong word = Offset, lower = Offset, shape = Offset, shortShape = Offset;
            char last = '\0';
            int letters = 0, capitals = 0;
            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i], kind = KindOf(c);
                word = Step(word, c);
                lower = Step(lower, kind == 'X' ? char.ToLowerInvariant(c) : char.IsAsciiDigit(c) ? '0' : c);
                if (i < LongestShape) shape = Step(shape, kind);
                if (kind != last) shortShape = Step(shortShape, kind);
                last = kind;
                if (kind is 'x' or 'X') letters++;
                if (kind == 'X') capitals++;
            }
            ulong suffix = Offset;
            foreach (char c in text[Math.Max(0, text.Length - 3)..]) suffix = Step(suffix, char.ToLowerInvariant(c));
            return new Facts(word, lower, shape, shortShape, suffix, letters > 0, letters > 0 && capitals == letters);
        }

        private static char KindOf(char c) => char.IsUpper(c) ? 'X' : char.IsLower(c) ? 'x' : char.IsDigit(c) ? 'd' : char.IsLetter(c) ? 'c' : char.IsSurrogate(c) ? 's' : c;
    }
}
