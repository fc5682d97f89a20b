using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>The mean of the weights over several updates.</summary>
/// <remarks>
/// Both means are taken from every <see cref="Every"/>th update, because each costs a pass over all weights: the exponential one with
/// the decay to that power. Sources: Polyak and Juditsky, SIAM J. Control Optim. 30(4), 1992; Izmailov et al., Averaging Weights Leads to
/// Wider Optima, UAI 2018.
/// </remarks>
internal sealed class WeightMean(ITrainingJob job, TrainingOptions options) : IDisposable
{
    /// <summary>Updates between two that count.</summary>
    public const int Every = 4;

    private readonly List<Tensor> sums = [];

    /// <summary>Updates that count so far.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the mean takes the weights behind update <paramref name="made"/> (from 1), at that share of the training.</summary>
    public bool Takes(int made, double progress) =>
        made % Every == 0 && options.Averaging switch
        {
            WeightAveraging.None => false,
            WeightAveraging.Exponential => true,
            _ => progress >= 1 - options.AveragingShare,
        };

    /// <summary>Takes the weights as they are, caught up.</summary>
    public void Take()
    {
        using IDisposable off = no_grad();
        Count++;
        // The exponential mean is short at first, so that the first weights do not stay in it: at most count / (count + 9) of the old.
        double stays = options.Averaging == WeightAveraging.Exponential ? Math.Min(Math.Pow(options.AveragingDecay, Every), Count / (Count + 9.0)) : (Count - 1.0) / Count;
        int at = 0;
        foreach ((_, Tensor value) in WeightCopy.Values(job))
        {
            if (Count == 1) sums.Add(value.clone().DetachFromDisposeScope());
            else sums[at].TimesInPlace(stays).PlusInPlace(value, 1 - stays);
            at++;
        }
    }

    /// <summary>Puts the mean into the job's weights, where there is one, and gives what stood there; null where nothing changed.</summary>
    public WeightCopy? Swap()
    {
        if (Count == 0) return null;
        using IDisposable off = no_grad();
        WeightCopy raw = WeightCopy.Of(job);
        int at = 0;
        foreach ((_, Tensor value) in WeightCopy.Values(job)) value.copy_(sums[at++]);
        return raw;
    }

    /// <summary>What a checkpoint holds.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => WeightCopy.Values(job).Zip(sums, (v, sum) => ($"mean.{v.Name}", sum));

    /// <summary>Goes on from a <see cref="State"/>.</summary>
    public void Restore(int count, Func<string, float[]> read)
    {
        Count = count;
        if (count == 0) return;
        foreach ((string name, Tensor value) in WeightCopy.Values(job))
            sums.Add(tensor(read($"mean.{name}")).view(value.shape).to(value.device).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (Tensor sum in sums) sum.Dispose();
    }
}
