using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>The training of a network that tags words.</summary>
internal sealed class TagNetworkJob : ITrainingJob
{
    private readonly ITagNetwork network;
    private readonly ChainHead head;
    private readonly TagSet tags;
    private readonly double smoothing;
    private readonly EntityDocuments? validation;
    private readonly List<(ITagWindow Window, int[] Gold)> examples = [];

    /// <param name="network">The network.</param>
    /// <param name="head">Makes a loss of its scores.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="train">Labelled documents.</param>
    /// <param name="validation">Labelled documents to score the weights by; null for none.</param>
    /// <param name="smoothing">Share of the target that is spread over all tags.</param>
    public TagNetworkJob(ITagNetwork network, ChainHead head, TagSet tags, EntityDocuments train, EntityDocuments? validation, double smoothing)
    {
        (this.network, this.head, this.tags, this.validation, this.smoothing) = (network, head, tags, validation, smoothing);
        foreach (ITagWindow window in train.SelectMany(d => WordRun.Of(d)).SelectMany(network.Windows)) examples.Add((window, GoldTags.Of(window.Scored, tags)));
        Model = new Whole(network.Module, head);
        IReadOnlyList<TrainedWeight> own = network.Weights;
        Weights = [.. own, .. head.Weights(own.Max(w => w.Depth), network.HeadFactor)];
        if (validation is not null) ValidationTokens = validation.SelectMany(d => WordRun.Of(d)).SelectMany(network.Windows).Sum(w => (long)w.Tokens);
    }

    public nn.Module Model { get; }

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public WordRows? Words => network.Words;

    public int Examples => examples.Count;

    public string ScoreName => "f1";

    public long ValidationTokens { get; }

    public int TokensOf(int example) => examples[example].Window.Tokens;

    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        List<ITagWindow> windows = new(examples.Length);
        List<int[]> gold = new(examples.Length);
        foreach (int example in examples)
        {
            windows.Add(this.examples[example].Window);
            gold.Add(this.examples[example].Gold);
        }
        Tensor loss = head.Loss(network.Emissions(windows, step.Noise), gold, smoothing);
        return network.Penalty() is { } penalty ? loss + penalty : loss;
    }

    public void BeforeUpdate(TrainingStep step) => network.BeforeUpdate(step);

    public double? Validate(CancellationToken cancel)
    {
        if (validation is null) return null;
        Chain chain = head.ToChain();
        List<WordRun> runs = [.. validation.SelectMany(d => WordRun.Of(d))];
        float[][] emissions = TagNetworks.Emissions(network, tags.Count, runs, cancel);
        List<IReadOnlyList<EntitySpan>> truth = [], found = [];
        for (int i = 0; i < runs.Count; i++)
        {
            truth.Add(tags.SpansOfLabelled(runs[i]));
            int[] best = new int[runs[i].Count];
            chain.Decode(emissions[i], best);
            found.Add(tags.SpansOf(best));
        }
        return EntityMetrics.OfSpans(truth, found).F1;
    }

    private sealed class Whole : nn.Module
    {
        private readonly nn.Module network, head;

        public Whole(nn.Module network, nn.Module head) : base("tagger")
        {
            (this.network, this.head) = (network, head);
            RegisterComponents();
        }
    }
}
