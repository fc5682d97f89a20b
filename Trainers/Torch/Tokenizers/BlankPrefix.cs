namespace MLPipes.Trainers.Torch;

/// <summary>Where a blank is put before a text that has none.</summary>
internal enum BlankPrefix
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>Before the raw text's beginning alone.</summary>
    First,

    /// <summary>Before each word that comes in.</summary>
    Always,
}
