namespace MLPipes.Trainers.Torch;

/// <summary>Which linear layers of an encoder LoRA and AdaLoRA add to.</summary>
public enum AdaptedLinears
{
    /// <summary>Queries and values of the attention, as in LoRA's own experiments.</summary>
    QueryValue,

    /// <summary>All four of the attention.</summary>
    Attention,

    /// <summary>All six: the attention's and the feed-forward block's.</summary>
    All,
}
