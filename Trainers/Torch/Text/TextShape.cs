using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>How a row becomes an encoder's input, and its output one vector.</summary>
/// <param name="Layout">Where tokens are among the features.</param>
/// <param name="Special">Special tokens of the encoder's tokenizer.</param>
/// <param name="MaxLength">Tokens of a window.</param>
/// <param name="LongTexts">What happens to longer texts.</param>
/// <param name="Pooling">Not <see cref="TextPooling.Auto"/>.</param>
internal sealed record TextShape(TokenLayout Layout, SpecialTokens Special, int MaxLength, LongTexts LongTexts, TextPooling Pooling)
{
    /// <summary>Cuts rows into windows.</summary>
    public TextWindows Cut() => new(Layout, Special, MaxLength, LongTexts);

    public void Write(PlainWriter writer)
    {
        Layout.Write(writer);
        foreach (int id in (int[])[Special.Pad, Special.Unknown, Special.Start, Special.Separator, Special.Mask]) writer.Int(id);
        writer.Bool(Special.DoubleSeparator);
        writer.Bool(Special.UsesTypeIds);
        writer.Int(MaxLength);
        writer.Int((int)LongTexts);
        writer.Int((int)Pooling);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the data is not trusted.</summary>
    public static TextShape Read(PlainReader reader, int vocabulary, int maxTokens)
    {
        TokenLayout layout = TokenLayout.Read(reader);
        int Id() => reader.Int(-1, vocabulary - 1, "special token");
        SpecialTokens special = new(Id(), Id(), Id(), Id(), Id(), reader.Bool(), reader.Bool());
        TextShape shape = new(layout, special, reader.Int(1, maxTokens, "tokens of a window"), (LongTexts)reader.Int(0, (int)LongTexts.Cut, "long texts"),
            (TextPooling)reader.Int((int)TextPooling.FirstToken, (int)TextPooling.UnitMean, "pooling"));
        if (!shape.Cut().HasText) throw reader.Damaged("it has no text");
        if (shape.MaxLength <= TokenSequence.PairSpecials(special)) throw reader.Damaged($"a window of {shape.MaxLength} tokens has no room for text");
        return shape;
    }
}
