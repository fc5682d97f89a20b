using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>All trained values of a job at one moment, kept in memory as float32 on their device.</summary>
internal sealed class WeightCopy : IDisposable
{
    private readonly IReadOnlyList<Tensor> values;

    private WeightCopy(IReadOnlyList<Tensor> values) => this.values = values;

    /// <summary>The weights as they are now.</summary>
    public static WeightCopy Of(ITrainingJob job)
    {
        using IDisposable off = no_grad();
        return new([.. Values(job).Select(v => v.Value.clone().DetachFromDisposeScope())]);
    }

    /// <summary>The values, in the order of <see cref="Values"/>.</summary>
    public IReadOnlyList<Tensor> All => values;

    /// <summary>Puts them back.</summary>
    public void Restore(ITrainingJob job)
    {
        using IDisposable off = no_grad();
        int at = 0;
        foreach ((_, Tensor value) in Values(job)) value.copy_(values[at++]);
    }

    public void Dispose()
    {
        foreach (Tensor value in values) value.Dispose();
    }

    /// <summary>What a job trains: weights, then buffers.</summary>
    public static IEnumerable<(string Name, Tensor Value)> Values(ITrainingJob job) =>
        [.. job.Weights.Select(w => ($"weight.{w.Name}", (Tensor)w.Value)), .. job.Buffers.Select(b => ($"buffer.{b.Name}", b.Value))];
}
