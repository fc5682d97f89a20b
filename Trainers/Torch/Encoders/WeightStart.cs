namespace MLPipes.Trainers.Torch;

/// <summary>What a fresh weight holds.</summary>
internal enum WeightStart
{
    /// <summary>Normal values of the configuration's standard deviation.</summary>
    Normal,

    /// <summary>As <see cref="Normal"/>, with zeros in the padding token's row.</summary>
    NormalButPad,

    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>Ones.</summary>
    Ones,
}
