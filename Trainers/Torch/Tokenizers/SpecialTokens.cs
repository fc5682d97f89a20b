namespace MLPipes.Trainers.Torch;

/// <summary>Ids of the tokens with a meaning of their own; -1 where a vocabulary lacks one.</summary>
/// <param name="Pad">Fills a sequence up to the batch's length.</param>
/// <param name="Unknown">Stands for what the vocabulary can't spell.</param>
/// <param name="Start">Opens a sequence: [CLS] or &lt;s&gt;.</param>
/// <param name="Separator">Ends each text: [SEP] or &lt;/s&gt;.</param>
/// <param name="Mask">Hides a token in masked-language training.</param>
/// <param name="DoubleSeparator">Two separators stand between the texts of a pair, as in RoBERTa and MPNet.</param>
/// <param name="UsesTypeIds">The second text of a pair has type 1, as in BERT; else all types are 0.</param>
internal sealed record SpecialTokens(int Pad, int Unknown, int Start, int Separator, int Mask, bool DoubleSeparator, bool UsesTypeIds)
{
    /// <summary>Whether an id is one of the five.</summary>
    public bool Holds(int id) => id >= 0 && (id == Pad || id == Unknown || id == Start || id == Separator || id == Mask);
}
