using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>AdaLoRA on an encoder's linear layers: ranks start at one and a half times the target and are taken away where they matter least.</summary>
/// <remarks>Source: Zhang et al., ICLR 2023, section 3; the budget falls by a cube, equation 12.</remarks>
internal sealed class AdaLoraAdaptation(AdaptationOptions options) : IAdaptation
{
    // Updates between two prunings; each reads all singular values.
    private const int Between = 10;

    private readonly List<(AdaLoraAdapter Adapter, RankImportance Importance, int Depth)> adapters = [];

    public Adaptation Kind => Adaptation.AdaLora;

    public AdaptationOptions Options => options;

    public bool IsMergeable => true;

    /// <summary>Rank of each matrix at first.</summary>
    public int FirstRank => (options.Rank * 3 + 1) / 2;

    /// <summary>Singular values left, by layer.</summary>
    public IReadOnlyList<(string Linear, int Ranks)> Ranks => [.. adapters.Select(a => (a.Adapter.Linear.Name, a.Adapter.Kept.Count(k => k)))];

    public IReadOnlyList<TrainedWeight> Trained => [.. adapters.SelectMany(a => new[]
    {
        new TrainedWeight(NameOf(a.Adapter, "A"), a.Adapter.A) { Depth = a.Depth },
        new TrainedWeight(NameOf(a.Adapter, "E"), a.Adapter.E) { Depth = a.Depth, Decays = false },
        new TrainedWeight(NameOf(a.Adapter, "B"), a.Adapter.B) { Depth = a.Depth },
    })];

    public void Attach(TextEncoder encoder, int seed)
    {
        AdapterWeights.Free(encoder, _ => false);
        using NoiseSource noise = new(seed);
        foreach ((EncoderLinear linear, int depth) in AdapterWeights.Linears(encoder, options.Linears))
        {
            AdaLoraAdapter adapter = new(linear, options, FirstRank, noise);
            linear.Adapter = adapter;
            adapters.Add((adapter, new RankImportance(FirstRank, linear.Inputs, linear.Outputs), depth));
        }
    }

    public Tensor? Penalty()
    {
        if (options.Orthogonality == 0 || adapters.Count == 0) return null;
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = adapters[0].Adapter.Penalty();
        for (int i = 1; i < adapters.Count; i++) sum = sum + adapters[i].Adapter.Penalty();
        return sum.Times(options.Orthogonality / (2 * adapters.Count)).MoveToOuterDisposeScope();
    }

    public void BeforeUpdate(int step, int planned)
    {
        double end = options.BudgetEnd * planned;
        if (step > end + Between) return;
        foreach ((AdaLoraAdapter adapter, RankImportance importance, _) in adapters)
        {
            adapter.Sensitivities(importance.Latest);
            importance.Observe();
        }
        if (step % Between == 0 || step >= end) Prune(Budget(step, planned));
    }

    /// <summary>Singular values that all matrices together may keep at an update.</summary>
    internal int Budget(int step, int planned)
    {
        int first = adapters.Count * FirstRank, last = adapters.Count * options.Rank;
        double start = options.BudgetStart * planned, end = Math.Max(start, options.BudgetEnd * planned);
        if (step < start) return first;
        if (step >= end) return last;
        double left = 1 - (step - start) / (end - start);
        return last + (int)((first - last) * left * left * left);
    }

    private void Prune(int budget)
    {
        double[][] scores = [.. adapters.Select(a => a.Importance.Scores())];
        // Those already pruned rank last: their value is 0, though their vectors may still have gradients.
        var order = scores.SelectMany((values, matrix) => values.Select((score, rank) => (Score: adapters[matrix].Adapter.Kept[rank] ? score : -1, Matrix: matrix, Rank: rank)))
            .OrderByDescending(s => s.Score).ThenBy(s => s.Matrix).ThenBy(s => s.Rank).Take(budget);
        bool[][] kept = [.. adapters.Select(a => new bool[a.Adapter.Kept.Length])];
        foreach ((_, int matrix, int rank) in order) kept[matrix][rank] = true;
        for (int i = 0; i < kept.Length; i++) adapters[i].Adapter.Keep(kept[i]);
    }

    public void Merge()
    {
        using var quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((AdaLoraAdapter adapter, _, _) in adapters) adapter.Linear.Weight.add_(adapter.WeightChange());
        Dispose();
    }

    public IReadOnlyList<(string Name, long[] Shape, float[] Values)> Saved()
    {
        List<(string, long[], float[])> saved = [];
        foreach ((AdaLoraAdapter adapter, _, _) in adapters)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor a, Tensor b, Tensor e) = adapter.Compact();
            saved.AddRange([AdapterWeights.Stored(NameOf(adapter, "A"), a), AdapterWeights.Stored(NameOf(adapter, "E"), e), AdapterWeights.Stored(NameOf(adapter, "B"), b)]);
        }
        return saved;
    }

    public void Restore(IAdapterSource source)
    {
        foreach ((AdaLoraAdapter adapter, _, _) in adapters)
        {
            (string a, string b, string e) = (NameOf(adapter, "A"), NameOf(adapter, "B"), NameOf(adapter, "E"));
            int rank = (int)AdapterWeights.CheckShape(source, a, -1, adapter.Linear.Inputs)[0];
            AdapterWeights.CheckShape(source, b, adapter.Linear.Outputs, rank);
            AdapterWeights.CheckShape(source, e, rank, 1);
            adapter.Replace(source.Read(a), source.Read(b), source.Read(e), rank);
        }
    }

    public void Dispose()
    {
        foreach ((AdaLoraAdapter adapter, _, _) in adapters)
        {
            adapter.Linear.Adapter = null;
            adapter.Dispose();
        }
        adapters.Clear();
    }

    private static string NameOf(AdaLoraAdapter adapter, string matrix) => $"{AdapterWeights.Prefix}{adapter.Linear.Name}.lora_{matrix}";
}
