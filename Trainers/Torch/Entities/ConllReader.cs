namespace MLPipes.Trainers.Torch;

/// <summary>Reads CoNLL files: a word a line with its columns, blank lines between sentences.</summary>
internal static class ConllReader
{
    private const string DocumentStart = "-DOCSTART-";
    private static readonly char[] blanks = [' ', '\u00A0'];

    /// <summary>Reads all sentences.</summary>
    /// <param name="lines">The file.</param>
    /// <param name="collector">Takes them.</param>
    /// <param name="isLabelled">Whether every line must have a tag; else a file of words alone is read as well.</param>
    public static void Read(LineSource lines, DocumentCollector collector, bool isLabelled)
    {
        List<string> words = [], tags = [];
        bool? hasTabs = null, hasTags = isLabelled ? true : null;
        while (lines.Next() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                Flush();
                continue;
            }
            if (IsComment(line)) continue;
            hasTabs ??= line.Contains('\t');
            string[] columns = Columns(line, hasTabs.Value);
            if (columns[0] == DocumentStart)
            {
                Flush();
                continue;
            }
            hasTags ??= columns.Length > 1;
            if (hasTags.Value && columns.Length < 2)
                throw lines.Wrong(LineSource.Show(line), $"at least two columns separated by {(hasTabs.Value ? "tabs" : "spaces")}: a word first, its tag last");
            if (hasTags.Value && columns[^1].Length == 0) throw lines.Wrong("an empty tag", "a tag such as O or B-PER in the last column");
            if (columns[0].Length == 0) throw lines.Wrong("an empty word", "a word in the first column");
            words.Add(columns[0]);
            tags.Add(columns[^1]);
        }
        Flush();

        void Flush()
        {
            if (words.Count == 0) return;
            if (hasTags == true) collector.Add([.. words], [.. tags]);
            else collector.Add(EntityDocument.OfWords([.. words]));
            words.Clear();
            tags.Clear();
        }
    }

    /// <summary>Whether the last of several columns is a tag.</summary>
    public static bool EndsInTag(string line)
    {
        int at = line.AsSpan().TrimEnd().LastIndexOfAny(' ', '\t');
        return at > 0 && Tag.IsTag(line.AsSpan()[(at + 1)..].TrimEnd());
    }

    /// <summary>Whether a line is a comment as CoNLL-U and MultiCoNER write them; a word # has its tag behind.</summary>
    private static bool IsComment(string line) => line[0] == '#' && line.Length > 1 && line[1] == ' ' && !EndsInTag(line);

    private static string[] Columns(string line, bool hasTabs) => hasTabs
        ? [.. line.TrimEnd('\r').Split('\t').Select(c => c.Trim(' '))]
        : line.Split(blanks, StringSplitOptions.RemoveEmptyEntries);
}
