using System.Globalization;
using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>A linear-chain conditional random field over hand-made features of words: light, without libtorch, good from a few hundred sentences on.</summary>
/// <remarks>
/// Minimises −Σ log p(tags | words) + λ/2 ‖w‖² over sentences by stochastic gradient descent, one sentence a step, its rate falling linearly to 0; the
/// penalty is applied by a scale of all weights. Source: Bottou, Stochastic Gradient Descent Tricks, 2012, section 5; the
/// rate differs, since the number of passes is known here. Runs on one core; a pass takes O(words · (features + tags²)).
/// </remarks>
public sealed record CrfEntityTrainer : IEntityTrainer
{
    private const float Negligible = 0.005f;
    // Finding features may take this share of the time; documents that it does not come to are not learned from.
    private const double FeatureShare = 0.4;
    private const int StepsBetweenLooks = 16;

    /// <summary>Passes over the sentences, at least 1; a deadline may shorten them.</summary>
    [Bounds(1, 10_000)]
    public int Epochs { get; init; } = 20;

    /// <summary>Step size of the first step.</summary>
    [Bounds(0, 10, LowIsOpen = true)]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Penalty λ over all sentences together: larger shrinks the weights more.</summary>
    [Bounds(0, 1e6)]
    public double L2 { get; init; } = 0.5;

    /// <summary>Least number of words that a feature must occur at; null (default): 1 for up to 50,000 words, 2 beyond.</summary>
    [Bounds(1, 1_000_000)]
    public int? MinCount { get; init; }

    /// <summary>How the tags mark where entities begin and end; BIOES (default) tells words by their place in an entity.</summary>
    public TagScheme Scheme { get; init; } = TagScheme.Bioes;

    string IEntityTrainer.Key => "crf";

    /// <summary>Fits a tagger.</summary>
    /// <param name="train">Labelled documents.</param>
    /// <param name="validation">Labelled documents whose score goes into the manifest; null for none.</param>
    /// <param name="context">Seed, deadline, cancellation and progress; null for the defaults.</param>
    /// <exception cref="TableException">A document is not labelled, or there is no entity.</exception>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public EntityTagger Fit(EntityDocuments train, EntityDocuments? validation = null, FitContext? context = null) => EntityFitting.Fit(this, train, validation, context);

    ITagModel IEntityTrainer.Fit(EntityDocuments train, EntityDocuments? validation, TagSet tags, FitContext context)
    {
        BoundsAttribute.Check(this);
        return new CrfLearning(this, train, tags, context).Run();
    }

    /// <summary>One fit.</summary>
    private sealed class CrfLearning
    {
        private readonly CrfEntityTrainer options;
        private readonly TagSet tags;
        private readonly FitContext context;
        private readonly List<Sentence> sentences = [];
        private readonly ulong[] features;
        private readonly float[] weights, transitions, begins, ends;
        private readonly int words;
        private double scale = 1;

        public CrfLearning(CrfEntityTrainer options, EntityDocuments train, TagSet tags, FitContext context)
        {
            (this.options, this.tags, this.context) = (options, tags, context);
            Dictionary<ulong, int> counts = [];
            List<(WordRun Run, ulong[] Found, int[] Ends)> extracted = [];
            TimeSpan? left = context.TimeLeft * (1 - FeatureShare);
            foreach (WordRun run in train.SelectMany(d => WordRun.Of(d)))
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (extracted.Count > 0 && context.TimeLeft < left) break;
                List<ulong> found = new(run.Count * CrfFeatures.Most);
                List<int> stops = new(run.Count);
                CrfFeatures.Extract(run, found, stops);
                foreach (ulong feature in found) System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, feature, out _)++;
                extracted.Add((run, [.. found], [.. stops]));
                words += run.Count;
            }
            int least = options.MinCount ?? (words <= 50_000 ? 1 : 2);
            Dictionary<ulong, int> rows = [];
            foreach ((ulong feature, int count) in counts)
                if (count >= least) rows.Add(feature, rows.Count);
            features = [.. rows.Keys];
            foreach ((WordRun run, ulong[] found, int[] stops) in extracted) sentences.Add(Sentence.Of(run, found, stops, rows, tags));
            weights = new float[(long)features.Length * tags.Count <= int.MaxValue ? features.Length * tags.Count
                : throw new TrainingException(nameof(CrfEntityTrainer), string.Create(CultureInfo.InvariantCulture, $"{features.Length} features for {tags.Count} tags are too many; set MinCount higher."))];
            (transitions, begins, ends) = (new float[tags.Count * tags.Count], new float[tags.Count], new float[tags.Count]);
        }

        public CrfModel Run()
        {
            int[] order = [.. Enumerable.Range(0, sentences.Count)];
            Random random = new(context.Seed);
            long planned = (long)options.Epochs * sentences.Count, step = 0;
            DateTimeOffset begin = context.Time.GetUtcNow();
            double decay = options.L2 / Math.Max(1, sentences.Count), loss = 0;
            for (int epoch = 0; step < planned; epoch++)
            {
                random.Shuffle(order);
                loss = 0;
                foreach (int index in order)
                {
                    if (step >= planned) break;
                    if (step % StepsBetweenLooks == 0)
                    {
                        context.Cancel.ThrowIfCancellationRequested();
                        planned = Replan(step, planned, begin);
                    }
                    double rate = options.LearningRate * (1 - ((double)step / planned));
                    loss += Learn(sentences[index], (float)rate);
                    scale *= 1 - (rate * decay);
                    if (scale < 1e-6) Rescale();
                    step++;
                }
                context.Progress?.Report(new FitProgress((double)step / planned, loss / Math.Max(1, words), string.Create(CultureInfo.InvariantCulture, $"pass {epoch + 1}, loss {loss / Math.Max(1, words):0.0000}")));
            }
            Rescale();
            return Finish();
        }

        /// <summary>Fewer steps where the deadline would come first, so that the rate still ends at 0.</summary>
        private long Replan(long step, long planned, DateTimeOffset begin)
        {
            if (context.TimeLeft is not { } left || step == 0) return planned;
            double perStep = (context.Time.GetUtcNow() - begin).TotalSeconds / step;
            long possible = step + (long)(Math.Max(0, left.TotalSeconds) * 0.95 / perStep);
            return Math.Max(step + 1, Math.Min(planned, possible));
        }

        private double Learn(Sentence sentence, float rate)
        {
            int count = tags.Count, n = sentence.Tags.Length;
            Chain chain = new(tags, Scaled(transitions), Scaled(begins), Scaled(ends));
            float[] emissions = new float[n * count];
            double[] marginals = new double[n * count], pairs = new double[count * count];
            for (int i = 0; i < n; i++)
            {
                Span<float> scores = emissions.AsSpan(i * count, count);
                foreach (int row in sentence.RowsOf(i)) TensorPrimitives.Add(scores, weights.AsSpan(row * count, count), scores);
                TensorPrimitives.Multiply(scores, (float)scale, scores);
            }
            double loss = chain.Marginals(emissions, n, marginals, pairs) - chain.Score(emissions, sentence.Tags);
            // w = scale · v: the step on v is the step on w divided by the scale.
            float step = rate / (float)scale;
            Span<float> gradient = count <= 256 ? stackalloc float[count] : new float[count];
            for (int i = 0; i < n; i++)
            {
                for (int t = 0; t < count; t++) gradient[t] = (float)-marginals[(i * count) + t] * step;
                gradient[sentence.Tags[i]] += step;
                if (i == 0) TensorPrimitives.Add(begins, gradient, begins);
                if (i == n - 1) TensorPrimitives.Add(ends, gradient, ends);
                foreach (int row in sentence.RowsOf(i))
                {
                    Span<float> w = weights.AsSpan(row * count, count);
                    TensorPrimitives.Add(w, gradient, w);
                }
                if (i > 0) pairs[(sentence.Tags[i - 1] * count) + sentence.Tags[i]] -= 1;
            }
            for (int i = 0; i < pairs.Length; i++) transitions[i] -= (float)pairs[i] * step;
            return loss;
        }

        private float[] Scaled(float[] values)
        {
            float[] scaled = new float[values.Length];
            TensorPrimitives.Multiply(values, (float)scale, scaled);
            return scaled;
        }

        private void Rescale()
        {
            foreach (float[] values in (float[][])[weights, transitions, begins, ends]) TensorPrimitives.Multiply(values, (float)scale, values);
            scale = 1;
        }

        /// <summary>The model without features whose weights say nothing.</summary>
        private CrfModel Finish()
        {
            int count = tags.Count;
            List<ulong> kept = [];
            int at = 0;
            for (int row = 0; row < features.Length; row++)
            {
                Span<float> w = weights.AsSpan(row * count, count);
                if (TensorPrimitives.MaxMagnitude(w) is < Negligible and > -Negligible) continue;
                w.CopyTo(weights.AsSpan(at * count, count));
                kept.Add(features[row]);
                at++;
            }
            return new CrfModel(tags, [.. kept], weights[..(at * count)], new Chain(tags, transitions, begins, ends));
        }
    }

    /// <summary>A sentence as rows of weights.</summary>
    private sealed class Sentence
    {
        public required int[] Rows { get; init; }
        public required int[] Ends { get; init; }
        public required int[] Tags { get; init; }

        public ReadOnlySpan<int> RowsOf(int word) => Rows.AsSpan(word == 0 ? 0 : Ends[word - 1], Ends[word] - (word == 0 ? 0 : Ends[word - 1]));

        public static Sentence Of(WordRun run, ulong[] found, int[] ends, Dictionary<ulong, int> rows, TagSet tags)
        {
            List<int> kept = new(found.Length);
            int[] stops = new int[ends.Length];
            for (int i = 0, at = 0; i < ends.Length; i++)
            {
                for (; at < ends[i]; at++)
                    if (rows.TryGetValue(found[at], out int row)) kept.Add(row);
                stops[i] = kept.Count;
            }
            return new Sentence { Rows = [.. kept], Ends = stops, Tags = GoldTags.Of(run, tags) };
        }
    }
}
