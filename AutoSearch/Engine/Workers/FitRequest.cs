using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>What a worker is asked to fit.</summary>
/// <param name="Trainer">The trainer, as <see cref="TrainerData"/>.</param>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Validation">Rows to stop early by; null for none.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="Threads">Threads it may use.</param>
/// <param name="TimeLeft">Until its deadline; null for no limit.</param>
/// <param name="WantsProgress">Whether to tell how far it is.</param>
/// <param name="IsOutOfBag">Whether to predict the rows as well that parts of the model do not see.</param>
internal sealed record FitRequest(byte[] Trainer, SetReference Train, SetReference? Validation, int Seed, int Threads, TimeSpan? TimeLeft, bool WantsProgress, bool IsOutOfBag)
{
    /// <summary>The request as bytes.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream bytes = new();
        PlainWriter writer = new(bytes);
        writer.Bytes(Trainer);
        SetReference.Write(writer, Train);
        SetReference.Write(writer, Validation);
        writer.Int(Seed);
        writer.Int(Threads);
        writer.Long(TimeLeft?.Ticks ?? long.MaxValue);
        writer.Bool(WantsProgress);
        writer.Bool(IsOutOfBag);
        return bytes.ToArray();
    }

    /// <summary>The request in <paramref name="content"/>.</summary>
    public static FitRequest From(byte[] content)
    {
        PlainReader reader = new(content, "a fit's request");
        return new FitRequest(reader.Bytes(), SetReference.Read(reader)!.Value, SetReference.Read(reader), reader.Int(), reader.Int(),
            reader.Long() is var ticks && ticks == long.MaxValue ? null : TimeSpan.FromTicks(ticks), reader.Bool(), reader.Bool());
    }
}
