namespace MLPipes.Trainers.Torch.Tests;

/// <summary>A clock on which a second passes whenever somebody looks.</summary>
internal sealed class TickingClock : TimeProvider
{
    public int Reads { get; private set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Reads++);
}
