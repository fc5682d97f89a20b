using System.Globalization;
using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Guessing hidden tokens, as a job of the training loop.</summary>
internal sealed class PretrainingJob : ITrainingJob
{
    // The held-out part is hidden the same way in every run, whatever the seed of the training is.
    private const int HeldOutSeed = 20_181_011;
    private const int ScoringBatch = 32;

    private readonly MaskedLanguageModel model;
    private readonly PackedTexts texts;
    private MaskedBatch[] heldOut;
    private readonly SpecialTokens special;
    private readonly int vocabulary, epochs;
    private readonly double share;
    private readonly IProgress<FitProgress>? progress;
    private TrainingStep last;

    /// <param name="model">Encoder and head.</param>
    /// <param name="texts">Sequences to learn from.</param>
    /// <param name="held">Sequences to score by.</param>
    /// <param name="tokenizer">Gives special tokens and the vocabulary.</param>
    /// <param name="options">Share to hide.</param>
    /// <param name="epochs">Planned epochs, for people.</param>
    /// <param name="progress">Told of each validation.</param>
    public PretrainingJob(MaskedLanguageModel model, PackedTexts texts, PackedTexts held, ITextTokenizer tokenizer, PretrainingOptions options, int epochs, IProgress<FitProgress>? progress)
    {
        (this.model, this.texts, this.epochs, this.progress) = (model, texts, epochs, progress);
        (special, vocabulary, share) = (tokenizer.Special, tokenizer.VocabularySize, options.MaskShare);
        Weights = model.Trained();
        using NoiseSource noise = new(HeldOutSeed);
        heldOut = [.. Enumerable.Range(0, held.Count).Chunk(ScoringBatch).Select(c => MaskedBatch.Of(held, c, special, vocabulary, share, noise))];
        ValidationTokens = held.Tokens;
    }

    public nn.Module Model => model;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public int Examples => texts.Count;

    public string ScoreName => "log-likelihood";

    public long ValidationTokens { get; private set; }

    public TimeSpan? ValidationTime { get; private set; }

    /// <summary>Validations so far.</summary>
    public List<PretrainingEpoch> Epochs { get; } = [];

    /// <summary>What stood at the held-out part's hidden places.</summary>
    public IEnumerable<long> HeldOutTargets => heldOut.SelectMany(b => b.Targets);

    public int TokensOf(int example) => texts[example].Length;

    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        last = step;
        model.Encoder.Noise = step.Noise;
        MaskedBatch batch = MaskedBatch.Of(texts, examples, special, vocabulary, share, step.Noise);
        return nn.functional.cross_entropy(model.Scores(batch), tensor(batch.Targets).to(model.Encoder.Device));
    }

    public double? Validate(CancellationToken cancel)
    {
        MaskedScore score = Score(cancel);
        PretrainingEpoch epoch = new(last.Epoch + 1, last.Number + 1, score);
        Epochs.Add(epoch);
        progress?.Report(new FitProgress((last.Number + 1.0) / Math.Max(1, last.Planned), Math.Log(score.Perplexity), string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch.Number} of {epochs}: held-out perplexity {score.Perplexity:0.00}, masked accuracy {score.Accuracy:0.0000}")));
        return -Math.Log(score.Perplexity);
    }

    /// <summary>Scores the weights as they are, and keeps of the held-out part what the time was enough for: all later scores are of the same part.</summary>
    /// <param name="most">Time to take; null for no limit.</param>
    /// <param name="context">Clock and cancellation.</param>
    public MaskedScore ScoreFirst(TimeSpan? most, FitContext context)
    {
        long start = context.Time.GetTimestamp();
        int scored = 0;
        // The first batch also pays for what is made once, so it does not decide on all.
        MaskedScore score = Score(context.Cancel, () => ++scored > 1 && context.Time.GetElapsedTime(start) > most);
        if (scored < heldOut.Length)
        {
            heldOut = heldOut[..scored];
            ValidationTokens = heldOut.Sum(b => b.Mask.Sum());
        }
        ValidationTime = context.Time.GetElapsedTime(start);
        return score;
    }

    private MaskedScore Score(CancellationToken cancel, Func<bool>? isEnough = null)
    {
        using IDisposable quiet = no_grad(), held = model.Encoder.HoldWeights();
        double loss = 0;
        long right = 0, places = 0;
        foreach (MaskedBatch batch in heldOut)
        {
            cancel.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            Tensor scores = model.Scores(batch), targets = tensor(batch.Targets).to(scores.device);
            loss += nn.functional.cross_entropy(scores, targets, reduction: nn.Reduction.Sum).to(ScalarType.Float64).item<double>();
            right += scores.argmax(1).eq(targets).sum().item<long>();
            places += batch.Targets.Length;
            if (isEnough?.Invoke() == true) break;
        }
        return new MaskedScore(Math.Exp(loss / places), (double)right / places);
    }
}
