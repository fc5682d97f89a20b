using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>A run of words as the light network reads it.</summary>
/// <param name="Scored">The words.</param>
/// <param name="Words">Their ids.</param>
/// <param name="Characters">Ids of their characters [words × most].</param>
/// <param name="Patterns">The patterns of their letters.</param>
internal sealed record LstmWindow(WordRun Scored, int[] Words, int[] Characters, int[] Patterns) : ITagWindow
{
    public int Tokens => Words.Length;
}

/// <summary>The words and characters that a light network learned, by their ids: from <see cref="Reserved"/> on.</summary>
internal sealed class WordVocabulary
{
    /// <summary>Id of nothing and of what was never seen.</summary>
    public const int Absent = 0, Unknown = 1;

    /// <summary>Ids before the first word's.</summary>
    public const int Reserved = 2;

    private const int MostWords = 200_000, MostCharacters = 20_000;

    private readonly string[] words, characters;
    private readonly int frequent;
    private readonly Dictionary<string, int> wordIds = new(StringComparer.Ordinal);
    private readonly Dictionary<char, int> characterIds = [];

    private WordVocabulary(string[] words, int frequent, string[] characters)
    {
        (this.words, this.frequent, this.characters) = (words, frequent, characters);
        for (int i = 0; i < words.Length; i++) wordIds[words[i]] = i + Reserved;
        for (int i = 0; i < characters.Length; i++) characterIds[characters[i][0]] = i + Reserved;
    }

    /// <summary>Number of words.</summary>
    public int Words => words.Length;

    /// <summary>Number of characters.</summary>
    public int Characters => characters.Length;

    /// <summary>The words and characters of documents, the commonest first.</summary>
    public static WordVocabulary Of(IEnumerable<EntityDocument> documents)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        Dictionary<char, int> letters = [];
        foreach (EntityDocument document in documents)
        {
            for (int i = 0; i < document.WordCount; i++)
            {
                string word = Normal(document.Word(i));
                counts[word] = counts.GetValueOrDefault(word) + 1;
                foreach (char c in document.Word(i)) letters[c] = letters.GetValueOrDefault(c) + 1;
            }
        }
        KeyValuePair<string, int>[] sorted = [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Take(MostWords)];
        return new WordVocabulary([.. sorted.Select(c => c.Key)], sorted.Count(c => c.Value > 1),
            [.. letters.Where(l => l.Value > 1 && !char.IsSurrogate(l.Key)).OrderByDescending(l => l.Value).ThenBy(l => l.Key).Take(MostCharacters).Select(l => l.Key.ToString())]);
    }

    /// <summary>Whether a word occurred once in training.</summary>
    public bool IsRare(int id) => id >= Reserved + frequent;

    /// <summary>A run by its ids.</summary>
    public LstmWindow Encode(WordRun run)
    {
        const int most = LstmTagNetwork.MostCharacters;
        int[] ids = new int[run.Count], letters = new int[run.Count * most], patterns = new int[run.Count];
        for (int i = 0; i < run.Count; i++)
        {
            ReadOnlySpan<char> word = run.Word(i);
            ids[i] = wordIds.GetValueOrDefault(Normal(word), Unknown);
            for (int c = 0; c < Math.Min(most, word.Length); c++) letters[(i * most) + c] = characterIds.GetValueOrDefault(word[c], Unknown);
            patterns[i] = WordPatterns.Of(word, i == 0);
        }
        return new LstmWindow(run, ids, letters, patterns);
    }

    public void Write(PlainWriter writer)
    {
        writer.Strings(words);
        writer.Int(frequent);
        writer.Strings(characters);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; not trusted.</summary>
    public static WordVocabulary Read(PlainReader reader)
    {
        string[] words = reader.Strings();
        int frequent = reader.Int(0, words.Length);
        string[] characters = reader.Strings();
        if (words.Length > MostWords || characters.Length > MostCharacters) throw reader.Damaged($"{words.Length} words and {characters.Length} characters");
        if (characters.Any(c => c.Length != 1)) throw reader.Damaged("a character is not one UTF-16 unit");
        return new WordVocabulary(words, frequent, characters);
    }

    /// <summary>A word in small letters with its digits alike; a very long one by its beginning.</summary>
    private static string Normal(ReadOnlySpan<char> word)
    {
        const int longest = 64;
        return string.Create(Math.Min(word.Length, longest), word[..Math.Min(word.Length, longest)], (text, from) =>
        {
            for (int i = 0; i < text.Length; i++) text[i] = char.IsAsciiDigit(from[i]) ? '0' : char.IsSurrogate(from[i]) ? '\uFFFD' : char.ToLowerInvariant(from[i]);
        });
    }
}
