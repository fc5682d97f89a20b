namespace MLPipes.Trainers.Torch;

/// <summary>What a tokenizer.json says of sequences: the tokens around a text, how pairs are put together, whether places are trimmed.</summary>
/// <param name="Start">Token before the first text; null: unknown or none.</param>
/// <param name="Separator">Token behind each text; null: unknown or none.</param>
/// <param name="DoubleSeparator">Two of them between the texts of a pair; null: not said.</param>
/// <param name="UsesTypeIds">The second text has type 1; null: not said.</param>
/// <param name="TrimsOffsets">Places leave out white space.</param>
/// <param name="AddsPrefixBlank">A blank was put before the text.</param>
internal sealed record PostProcessing(string? Start, string? Separator, bool? DoubleSeparator, bool? UsesTypeIds, bool TrimsOffsets, bool AddsPrefixBlank)
{
    /// <summary>Nothing said.</summary>
    public static PostProcessing None { get; } = new(null, null, null, null, false, false);

    /// <summary>Whether it says how sequences are put together.</summary>
    public bool SaysSequences => DoubleSeparator is not null;

    public static PostProcessing Read(JsonPart? part)
    {
        if (part is not { } post) return None;
        string type = post["type"].Text();
        return type switch
        {
            "BertProcessing" => new(Pair(post["cls"]), Pair(post["sep"]), false, true, false, false),
            "RobertaProcessing" => new(Pair(post["cls"]), Pair(post["sep"]), true, false, post.Find("trim_offsets")?.Flag() ?? true, post.Find("add_prefix_space")?.Flag() ?? true),
            "ByteLevel" => None with { TrimsOffsets = post.Find("trim_offsets")?.Flag() ?? true, AddsPrefixBlank = post.Find("add_prefix_space")?.Flag() ?? true },
            "TemplateProcessing" => Template(post),
            "Sequence" => post["processors"].Items().Select(p => Read(p)).Aggregate(None, Both),
            _ => throw post.Unsupported("post_processor", type),
        };
    }

    private static PostProcessing Both(PostProcessing first, PostProcessing second) => new(second.Start ?? first.Start, second.Separator ?? first.Separator,
        second.DoubleSeparator ?? first.DoubleSeparator, second.UsesTypeIds ?? first.UsesTypeIds, first.TrimsOffsets || second.TrimsOffsets,
        first.AddsPrefixBlank || second.AddsPrefixBlank);

    private static string Pair(JsonPart pair) => pair.Items().FirstOrDefault() is { IsText: true } token ? token.Text() : throw pair.Error("a token of the post_processor is no pair of a text and an id");

    // The forms that encoders have: [start] A [separator], and [start] A [separator]* B [separator].
    private static PostProcessing Template(JsonPart post)
    {
        List<(string? Token, string Sequence, int Type)> single = Steps(post["single"]), pair = Steps(post["pair"]);
        int a = single.FindIndex(s => s.Token is null);
        int pairA = pair.FindIndex(s => s.Sequence == "A"), pairB = pair.FindIndex(s => s.Sequence == "B");
        bool fits = a is 0 or 1 && single.Count - a is 1 or 2 && pairA == a && pairB - pairA is 1 or 2 or 3 && pair.Count - pairB == single.Count - a;
        string? start = fits && a == 1 ? single[0].Token : null, separator = fits && single.Count - a == 2 ? single[^1].Token : null;
        fits = fits && (a == 0 || pair[0].Token == start) && (separator is null || pair[^1].Token == separator)
            && pair[(Math.Max(pairA, 0) + 1)..Math.Max(pairB, 1)].TrueForAll(s => s.Token == separator && separator is not null);
        if (!fits) throw post.Unsupported("post_processor", "TemplateProcessing of another form than [start] A [separator] (separator) B [separator]");
        return new PostProcessing(start, separator, pairB - pairA == 3, pair[pairB].Type == 1, false, false);
    }

    private static List<(string? Token, string Sequence, int Type)> Steps(JsonPart list)
    {
        List<(string?, string, int)> steps = [];
        foreach (JsonPart item in list.Items())
        {
            if (item.Find("SpecialToken") is { } token) steps.Add((token["id"].Text(), "", token["type_id"].Number(0, int.MaxValue)));
            else if (item.Find("Sequence") is { } sequence) steps.Add((null, sequence["id"].Text(), sequence["type_id"].Number(0, int.MaxValue)));
            else throw item.Error("a step of the post_processor's template is neither a token nor a sequence");
        }
        return steps;
    }
}
