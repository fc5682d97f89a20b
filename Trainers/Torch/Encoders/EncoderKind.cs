namespace MLPipes.Trainers.Torch;

/// <summary>Families of encoders that differ in more than their sizes.</summary>
internal enum EncoderKind
{
    /// <summary>Devlin et al., NAACL 2019; MiniLM directories are of this kind as well.</summary>
    Bert,

    /// <summary>Liu et al., 2019; positions count from behind the padding id.</summary>
    Roberta,

    /// <summary>Conneau et al., ACL 2020; RoBERTa with a vocabulary of 100 languages.</summary>
    XlmRoberta,

    /// <summary>Sanh et al., 2019; no token types, no pooler.</summary>
    DistilBert,

    /// <summary>Clark et al., ICLR 2020; embeddings may be narrower than the layers and are projected.</summary>
    Electra,

    /// <summary>Lan et al., ICLR 2020; layers share their weights, embeddings are projected always.</summary>
    Albert,

    /// <summary>Song et al., NeurIPS 2020; attention has a bias by distance, no token types.</summary>
    MpNet,
}
