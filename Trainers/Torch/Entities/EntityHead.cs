namespace MLPipes.Trainers.Torch;

/// <summary>What turns a network's scores of words into tags of a sentence.</summary>
public enum EntityHead
{
    /// <summary>Each word is learned for itself; sequences that the scheme forbids are not chosen all the same.</summary>
    Softmax,

    /// <summary>A conditional random field: pairs of neighbouring tags have learned scores too.</summary>
    Crf,
}
