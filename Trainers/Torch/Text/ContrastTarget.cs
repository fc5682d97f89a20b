namespace MLPipes.Trainers.Torch;

/// <summary>What a text's vector is compared with while an encoder learns by contrast.</summary>
public enum ContrastTarget
{
    /// <summary>One vector a class, which learns too and begins as the mean of its texts: each text meets all classes in every step.</summary>
    Classes,

    /// <summary>The other texts of the batch, drawn as pairs of one class.</summary>
    Texts,
}
