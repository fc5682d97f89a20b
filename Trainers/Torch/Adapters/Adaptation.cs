namespace MLPipes.Trainers.Torch;

/// <summary>Which weights of a pre-trained encoder learn from the rows, and which are added to it.</summary>
public enum Adaptation
{
    /// <summary>All weights learn: the best scores where there are rows enough, and a whole encoder to store.</summary>
    Full,

    /// <summary>The encoder stays as it is; only what stands above it learns.</summary>
    HeadOnly,

    /// <summary>A product of two narrow matrices is added to linear layers; merged when training is done. Hu et al., ICLR 2022.</summary>
    LoRA,

    /// <summary>LoRA in the form of a singular value decomposition whose ranks go where they matter; merged when training is done. Zhang et al., ICLR 2023.</summary>
    AdaLora,

    /// <summary>Only biases learn. Zaken et al., ACL 2022.</summary>
    BitFit,

    /// <summary>Small two-layer networks behind the blocks of each layer learn. Houlsby et al., ICML 2019; Pfeiffer et al., EACL 2021.</summary>
    Bottleneck,

    /// <summary>Keys and values before those of the text learn, in each layer. Li and Liang, ACL 2021.</summary>
    Prefix,

    /// <summary>Vectors before the text's words learn. Lester et al., EMNLP 2021.</summary>
    Prompt,
}
