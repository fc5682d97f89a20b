using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>How an <see cref="Adaptation"/> is made; each kind reads what concerns it.</summary>
public sealed record AdaptationOptions
{
    /// <summary>LoRA: width r of the narrow matrices. AdaLoRA: mean rank at the end; it starts at one and a half times that.</summary>
    [Bounds(1, 1024)]
    public int Rank { get; init; } = 8;

    /// <summary>LoRA and AdaLoRA: the addition is scaled by α / r.</summary>
    [Bounds(0, 100_000, LowIsOpen = true)]
    public double Alpha { get; init; } = 16;

    /// <summary>LoRA and AdaLoRA: share of the addition's inputs dropped in training.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double Dropout { get; init; } = 0.05;

    /// <summary>LoRA and AdaLoRA: the layers that are added to.</summary>
    public AdaptedLinears Linears { get; init; } = AdaptedLinears.All;

    /// <summary>AdaLoRA: weight of the penalty on matrices that are not orthogonal.</summary>
    [Bounds(0, 1_000)]
    public double Orthogonality { get; init; } = 0.1;

    /// <summary>AdaLoRA: share of the updates before ranks are first taken away.</summary>
    [Bounds(0, 1)]
    public double BudgetStart { get; init; } = 0.1;

    /// <summary>AdaLoRA: share of the updates after which ranks stay as they are.</summary>
    [Bounds(0, 1)]
    public double BudgetEnd { get; init; } = 0.7;

    /// <summary>Bottleneck: width of the small networks; 0 for a sixteenth of the hidden size, at least 8.</summary>
    [Bounds(0, 16_384)]
    public int BottleneckSize { get; init; }

    /// <summary>Bottleneck: whether they stand behind attention as well (Houlsby), or behind the feed-forward block alone (Pfeiffer).</summary>
    public bool BehindAttention { get; init; }

    /// <summary>Prefix and prompt: virtual tokens. They count towards an encoder's longest text in prompt tuning.</summary>
    [Bounds(1, 4_096)]
    public int VirtualTokens { get; init; } = 20;

    /// <summary>Prefix: width of the network that the prefixes are computed by while training; 0 trains them directly.</summary>
    [Bounds(0, 65_536)]
    public int ProjectionSize { get; init; } = 256;

    /// <summary>Folder of an adapter of the same encoder, ours or PEFT's, that is merged into its weights before anything is trained; null for none. Prefixes, prompts and bottlenecks can't be merged.</summary>
    public string? StartFrom { get; init; }

    /// <summary>
    /// Folder that what was trained is written to alone, without the encoder and the head: adapter_model.safetensors and adapter_config.json, under PEFT's
    /// names where PEFT knows the kind. Each fit replaces it. Null for none.
    /// </summary>
    public string? SaveTo { get; init; }
}
