namespace MLPipes.Trainers.Torch;

/// <summary>
/// A linear chain over tags: scores of a first tag, of a tag behind another and of a last tag. With the scores of each word's tags it is a conditional
/// random field; without learned scores it only forbids what the scheme forbids. Immutable and safe to use from several threads.
/// </summary>
/// <remarks>
/// p(y | x) ∝ exp(b[y₀] + Σᵢ e[i, yᵢ] + Σᵢ T[yᵢ₋₁, yᵢ] + d[yₙ₋₁]). Time O(words · tags²) for all that is asked of it.
/// Source: Lafferty, McCallum and Pereira, Conditional Random Fields, ICML 2001; scaling of the forward and backward values as in
/// Rabiner, A Tutorial on Hidden Markov Models, Proceedings of the IEEE 77(2), 1989, section V.A.
/// </remarks>
internal sealed class Chain
{
    // Below it a value counts as this: a word whose every allowed tag is all but impossible must not make the sum 0.
    private const double Least = 1e-290;

    private readonly double[] transitions, begins, ends;

    /// <param name="tags">The tags and which may follow which.</param>
    /// <param name="transitions">Scores [from × to]; null for none.</param>
    /// <param name="begins">Scores of a first tag; null for none.</param>
    /// <param name="ends">Scores of a last tag; null for none.</param>
    public Chain(TagSet tags, ReadOnlySpan<float> transitions, ReadOnlySpan<float> begins, ReadOnlySpan<float> ends)
    {
        Tags = tags.Count;
        (Transitions, Begins, Ends) = (new float[Tags * Tags], new float[Tags], new float[Tags]);
        for (int i = 0; i < Transitions.Length; i++) Transitions[i] = tags.MayFollow(i / Tags, i % Tags) ? ValueAt(transitions, i) : float.NegativeInfinity;
        for (int i = 0; i < Tags; i++)
        {
            Begins[i] = tags.MayBegin[i] ? ValueAt(begins, i) : float.NegativeInfinity;
            Ends[i] = tags.MayEnd[i] ? ValueAt(ends, i) : float.NegativeInfinity;
        }
        (this.transitions, this.begins, this.ends) = (Exponents(Transitions), Exponents(Begins), Exponents(Ends));
    }

    /// <summary>A chain without learned scores.</summary>
    public Chain(TagSet tags) : this(tags, [], [], []) { }

    /// <summary>How many tags there are.</summary>
    public int Tags { get; }

    /// <summary>Scores [from × to], −∞ where forbidden.</summary>
    public float[] Transitions { get; }

    /// <summary>Scores of a first tag, −∞ where forbidden.</summary>
    public float[] Begins { get; }

    /// <summary>Scores of a last tag, −∞ where forbidden.</summary>
    public float[] Ends { get; }

    /// <summary>The likeliest sequence of tags.</summary>
    /// <param name="emissions">Scores of each word's tags [words × tags].</param>
    /// <param name="best">Takes the tags; its length is the number of words.</param>
    /// <returns>The sequence's score.</returns>
    public double Decode(ReadOnlySpan<float> emissions, Span<int> best)
    {
        int words = best.Length;
        if (words == 0) return 0;
        double[] score = new double[Tags], next = new double[Tags];
        int[] from = new int[words * Tags];
        for (int t = 0; t < Tags; t++) score[t] = (double)Begins[t] + emissions[t];
        for (int i = 1; i < words; i++)
        {
            for (int t = 0; t < Tags; t++)
            {
                (int argument, double most) = (0, double.NegativeInfinity);
                for (int s = 0; s < Tags; s++)
                {
                    double value = score[s] + Transitions[(s * Tags) + t];
                    if (value > most) (argument, most) = (s, value);
                }
                (next[t], from[(i * Tags) + t]) = (most + emissions[(i * Tags) + t], argument);
            }
            (score, next) = (next, score);
        }
        (int last, double total) = (0, double.NegativeInfinity);
        for (int t = 0; t < Tags; t++)
            if (score[t] + Ends[t] > total) (last, total) = (t, score[t] + Ends[t]);
        for (int i = words - 1; i >= 0; i--)
        {
            best[i] = last;
            last = from[(i * Tags) + last];
        }
        return total;
    }

    /// <summary>The probability of each word's tags, and the logarithm of the sum over all sequences.</summary>
    /// <param name="emissions">Scores of each word's tags [words × tags].</param>
    /// <param name="words">How many words there are, at least 1.</param>
    /// <param name="marginals">Takes probabilities [words × tags].</param>
    /// <param name="pairs">Where not empty, the expected number of each pair of tags [from × to] is added to it.</param>
    public double Marginals(ReadOnlySpan<float> emissions, int words, Span<double> marginals, Span<double> pairs = default)
    {
        double[] potentials = new double[words * Tags], forward = new double[words * Tags], scales = new double[words];
        double logSum = 0;
        for (int i = 0; i < words; i++)
        {
            ReadOnlySpan<float> scores = emissions.Slice(i * Tags, Tags);
            float most = System.Numerics.Tensors.TensorPrimitives.Max(scores);
            Span<double> potential = potentials.AsSpan(i * Tags, Tags), here = forward.AsSpan(i * Tags, Tags);
            for (int t = 0; t < Tags; t++) potential[t] = Math.Max(Math.Exp(scores[t] - most), Least);
            if (i == 0) begins.CopyTo(here);
            else
            {
                ReadOnlySpan<double> before = forward.AsSpan((i - 1) * Tags, Tags);
                for (int s = 0; s < Tags; s++)
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(transitions.AsSpan(s * Tags, Tags), before[s], here, here);
            }
            double sum = 0;
            for (int t = 0; t < Tags; t++) sum += here[t] *= potential[t];
            for (int t = 0; t < Tags; t++) here[t] /= sum;
            scales[i] = sum;
            logSum += Math.Log(sum) + most;
        }
        double end = 0;
        for (int t = 0; t < Tags; t++) end += forward[((words - 1) * Tags) + t] * ends[t];
        logSum += Math.Log(end);
        Backward(words, potentials, forward, scales, end, marginals, pairs);
        return logSum;
    }

    /// <summary>The score of one sequence: what <see cref="Marginals"/> sums over, before the exponent.</summary>
    public double Score(ReadOnlySpan<float> emissions, ReadOnlySpan<int> sequence)
    {
        double score = 0;
        for (int i = 0; i < sequence.Length; i++)
            score += emissions[(i * Tags) + sequence[i]] + (double)(i == 0 ? Begins[sequence[0]] : Transitions[(sequence[i - 1] * Tags) + sequence[i]]);
        return sequence.Length == 0 ? 0 : score + Ends[sequence[^1]];
    }

    private void Backward(int words, double[] potentials, double[] forward, double[] scales, double end, Span<double> marginals, Span<double> pairs)
    {
        double[] backward = new double[Tags], reached = new double[Tags];
        for (int t = 0; t < Tags; t++) backward[t] = ends[t] / end;
        for (int i = words - 1; ; i--)
        {
            for (int t = 0; t < Tags; t++) marginals[(i * Tags) + t] = forward[(i * Tags) + t] * backward[t];
            if (i == 0) return;
            for (int t = 0; t < Tags; t++) reached[t] = potentials[(i * Tags) + t] * backward[t] / scales[i];
            for (int s = 0; s < Tags; s++)
            {
                ReadOnlySpan<double> row = transitions.AsSpan(s * Tags, Tags);
                backward[s] = System.Numerics.Tensors.TensorPrimitives.Dot(row, reached);
                if (pairs.IsEmpty) continue;
                double weight = forward[((i - 1) * Tags) + s];
                for (int t = 0; t < Tags; t++) pairs[(s * Tags) + t] += weight * row[t] * reached[t];
            }
        }
    }

    private static float ValueAt(ReadOnlySpan<float> values, int index) => values.IsEmpty ? 0 : values[index];

    private static double[] Exponents(float[] values) => [.. values.Select(v => Math.Exp(v))];
}
