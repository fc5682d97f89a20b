using System.Runtime.InteropServices;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>A tokenizer of four steps, as Python's tokenizers have them: added tokens, normalizer, splitter, model.</summary>
internal sealed class TextTokenizer : ITextTokenizer, IPlainPart<TextTokenizer>
{
    private readonly AddedTokens raw;
    private readonly AddedTokens normalized;
    private readonly Dictionary<int, AddedToken> addedById;
    private readonly Dictionary<string, int> addedByContent;

    public TextTokenizer(TokenizerDefinition definition)
    {
        Definition = definition;
        addedById = definition.Added.ToDictionary(t => t.Id);
        addedByContent = definition.Added.ToDictionary(t => t.Content, t => t.Id, StringComparer.Ordinal);
        VocabularySize = Math.Max(definition.Model.Pieces.Count, definition.Added.Select(t => t.Id + 1).DefaultIfEmpty(0).Max());
        raw = new AddedTokens(definition.Added.Where(t => !t.Normalized || definition.Normalizer is null).Select(t => (t.Content, t)));
        normalized = new AddedTokens(definition.Added.Where(t => t.Normalized && definition.Normalizer is not null).Select(t => (Normalize(t.Content), t)));
    }

    public static string Kind => "text-tokenizer";

    /// <summary>All that makes this tokenizer.</summary>
    public TokenizerDefinition Definition { get; }

    public int VocabularySize { get; }

    public SpecialTokens Special => Definition.Special;

    public TokenizedText Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TokenBuffer tokens = TokenBuffer.Mine;
        tokens.Clear();
        int at = 0;
        while (!raw.IsEmpty && raw.Find(text, at, out TextRange found))
        {
            Segment(text, at, found.Start, tokens);
            TextRange place = Definition.TrimsOffsets ? OffsetTrimming.Trim(text, found, Definition) : found;
            tokens.Add(found.Id, place.Start, place.End);
            at = found.End;
        }
        Segment(text, at, text.Length, tokens);
        return tokens.Take();
    }

    public string TokenOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, VocabularySize);
        if (addedById.TryGetValue(id, out AddedToken? added)) return added.Content;
        return id < Definition.Model.Pieces.Count ? Definition.Model.Pieces[id] : "";
    }

    public int IdOf(string token) => addedByContent.TryGetValue(token, out int id) ? id : Definition.Model.IdOf(token);

    /// <summary>Writes the definition as the text of tokenizer.json, the one form in which it is kept.</summary>
    public void Write(PlainWriter writer)
    {
        writer.Bytes(TokenizerJsonWriter.ToBytes(Definition));
        writer.Ints([Special.Pad, Special.Unknown, Special.Start, Special.Separator, Special.Mask]);
        writer.Bool(Special.DoubleSeparator);
        writer.Bool(Special.UsesTypeIds);
    }

    public static TextTokenizer Read(PlainReader reader)
    {
        byte[] json = reader.Bytes();
        int[] ids = reader.Ints(5);
        SpecialTokens special = new(ids[0], ids[1], ids[2], ids[3], ids[4], reader.Bool(), reader.Bool());
        TextTokenizer tokenizer = new(TokenizerJsonReader.Read(json, "the tokenizer in a model file", special));
        foreach (int id in ids)
            if (id < -1 || id >= tokenizer.VocabularySize) throw reader.Damaged($"special token {id} is none of {tokenizer.VocabularySize} tokens");
        return tokenizer;
    }

    private void Segment(string text, int start, int end, TokenBuffer tokens)
    {
        if (start >= end) return;
        NormalizedText work = tokens.Text;
        work.Reset(text.AsSpan(start, end - start), start);
        Definition.Normalizer?.Apply(work);
        CutAdded(work);
        Definition.Splitter?.Split(work);
        int first = tokens.Count;
        foreach (TextRange word in CollectionsMarshal.AsSpan(work.Words))
        {
            if (word.Id >= 0) tokens.Add(word.Id, work, word.Start, word.End);
            else Definition.Model.Encode(work, word.Start, word.End, tokens);
        }
        if (Definition.TrimsOffsets) OffsetTrimming.Apply(tokens, first, text, Definition);
    }

    private void CutAdded(NormalizedText work)
    {
        int at = 0;
        while (!normalized.IsEmpty && normalized.Find(work.Chars, at, out TextRange found))
        {
            if (at < found.Start) work.Words.Add(new TextRange(at, found.Start));
            work.Words.Add(found);
            at = found.End;
        }
        if (at < work.Length) work.Words.Add(new TextRange(at, work.Length));
    }

    private string Normalize(string content)
    {
        NormalizedText work = new();
        work.Reset(content, 0);
        Definition.Normalizer?.Apply(work);
        return work.Chars.ToString();
    }
}
