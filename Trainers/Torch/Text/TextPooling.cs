namespace MLPipes.Trainers.Torch;

/// <summary>How an encoder's vectors of a text's tokens become one.</summary>
public enum TextPooling
{
    /// <summary>The mean for encoders of sentences, whose directory says so, else the first token.</summary>
    Auto,
    /// <summary>The first token's vector, through the encoder's pooling layer where it has one.</summary>
    FirstToken,
    /// <summary>The mean over all tokens.</summary>
    Mean,
    /// <summary>The mean over all tokens, scaled to length 1.</summary>
    UnitMean,
}
