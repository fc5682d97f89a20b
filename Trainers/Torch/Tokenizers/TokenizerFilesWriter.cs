using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Writes tokenizer.json, tokenizer_config.json, special_tokens_map.json, and vocab.txt or vocab.json with merges.txt.</summary>
internal static class TokenizerFilesWriter
{
    private static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    public static void Write(TokenizerDefinition definition, string directory, int maxLength)
    {
        try
        {
            Put(directory, "tokenizer.json", TokenizerJsonWriter.ToBytes(definition));
            Put(directory, "tokenizer_config.json", Config(definition, maxLength));
            Put(directory, "special_tokens_map.json", Json(json => Names(json, definition)));
            if (definition.Model is WordPieceModel words) Put(directory, "vocab.txt", Text(words.Pieces));
            if (definition.Model is BpeModel pairs)
            {
                Put(directory, "vocab.json", BpeVocabulary(definition));
                Put(directory, "merges.txt", Text(["#version: 0.2", .. pairs.Merges.Select(m => $"{m.Left} {m.Right}")]));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{directory}: the tokenizer can't be written ({error.Message.TrimEnd('.')}). Choose a directory that you may write to.", error);
        }
    }

    private static byte[] Config(TokenizerDefinition definition, int maxLength) => Json(json =>
    {
        if (definition.Normalizer is BertNormalizer bert)
        {
            json.WriteBoolean("do_lower_case", bert.Lowercase);
            json.WriteBoolean("tokenize_chinese_chars", bert.SpaceIdeographs);
            if (bert.StripAccents is { } strips) json.WriteBoolean("strip_accents", strips);
            else json.WriteNull("strip_accents");
        }
        if (definition.Splitter is ByteLevelSplitter split) json.WriteBoolean("add_prefix_space", split.AddsPrefixBlank);
        Names(json, definition);
        json.WriteNumber("model_max_length", maxLength);
        json.WriteString("tokenizer_class", ClassOf(definition));
    });

    // The class whose Python constructor accepts what is in the files; the generic one reads tokenizer.json alone.
    private static string ClassOf(TokenizerDefinition definition)
    {
        bool isLikeRoberta = TokenizerJsonWriter.NameOf(definition, definition.Special.Start) == "<s>";
        return definition.Model switch
        {
            WordPieceModel when definition.Normalizer is BertNormalizer && !isLikeRoberta => "BertTokenizer",
            WordPieceModel when definition.Normalizer is BertNormalizer => "MPNetTokenizer",
            BpeModel when isLikeRoberta => "RobertaTokenizer",
            UnigramModel when isLikeRoberta => "XLMRobertaTokenizer",
            _ => "PreTrainedTokenizerFast",
        };
    }

    private static void Names(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        SpecialTokens special = definition.Special;
        Name("unk_token", special.Unknown);
        Name("sep_token", special.Separator);
        Name("pad_token", special.Pad);
        Name("cls_token", special.Start);
        Name("mask_token", special.Mask);
        // RoBERTa's Python class has these two beside the others, with the same tokens.
        if (definition.Model is not WordPieceModel)
        {
            Name("bos_token", special.Start);
            Name("eos_token", special.Separator);
        }

        void Name(string name, int id)
        {
            if (id < 0) return;
            AddedToken? token = definition.Added.FirstOrDefault(t => t.Id == id);
            if (token is null || !(token.StripsLeft || token.StripsRight || token.SingleWord))
            {
                json.WriteString(name, TokenizerJsonWriter.NameOf(definition, id));
                return;
            }
            json.WriteStartObject(name);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", token.SingleWord);
            json.WriteBoolean("lstrip", token.StripsLeft);
            json.WriteBoolean("rstrip", token.StripsRight);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteEndObject();
        }
    }

    private static byte[] BpeVocabulary(TokenizerDefinition definition)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            for (int id = 0; id < definition.Model.Pieces.Count; id++)
                if (definition.Model.Pieces[id].Length > 0) json.WriteNumber(definition.Model.Pieces[id], id);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static byte[] Text(IEnumerable<string> lines)
    {
        StringBuilder text = new();
        foreach (string line in lines) text.Append(line).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // A reader never sees half a file.
    private static void Put(string directory, string name, byte[] content)
    {
        string path = Path.Combine(directory, name), part = path + ".part";
        File.WriteAllBytes(part, content);
        File.Move(part, path, overwrite: true);
    }
}
