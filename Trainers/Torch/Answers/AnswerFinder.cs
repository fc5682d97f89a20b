using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Finds the most likely answers to a question in a context.</summary>
internal static class AnswerFinder
{
    // Longer answers are none.
    private const int MaxTokens = 40;
    private const int BatchWindows = 32;

    /// <summary>The best answers, the most likely first, each text once; none for a context without words.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="cut">Cuts contexts.</param>
    /// <param name="tokenizer">The encoder's.</param>
    /// <param name="question">The question.</param>
    /// <param name="context">Where the answer is looked for.</param>
    /// <param name="most">How many, at least 1.</param>
    /// <param name="cancel">Asked between batches.</param>
    public static IReadOnlyList<FoundAnswer> Find(AnswerNetwork network, AnswerWindows cut, ITextTokenizer tokenizer, string question, string context, int most, CancellationToken cancel = default)
    {
        TokenizedText tokens = tokenizer.Tokenize(context);
        List<(double Score, int First, int Last)> spans = [];
        foreach (AnswerWindow[] batch in cut.Of(question, tokens).Chunk(BatchWindows))
        {
            cancel.ThrowIfCancellationRequested();
            using IDisposable off = inference_mode();
            using DisposeScope scope = NewDisposeScope();
            (Tensor starts, Tensor ends) = network.LogProbabilities(batch, Math.Max(0, tokenizer.Special.Pad));
            (float[] begin, float[] end) = (Values(starts), Values(ends));
            int length = begin.Length / batch.Length;
            for (int i = 0; i < batch.Length; i++) Spans(batch[i], begin.AsSpan(i * length, length), end.AsSpan(i * length, length), spans);
        }
        List<FoundAnswer> found = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((double score, int first, int last) in spans.OrderByDescending(s => s.Score).ThenBy(s => s.First).ThenBy(s => s.Last))
        {
            if (found.Count == most) break;
            (int start, int end) = (tokens.Starts[first], tokens.Ends[last]);
            string text = context[start..end];
            if (text.Length > 0 && seen.Add(text)) found.Add(new FoundAnswer(text, start, Math.Exp(score)));
        }
        return found;
    }

    // Only the best few ends of each beginning can be among the answers told.
    private static void Spans(AnswerWindow window, ReadOnlySpan<float> begin, ReadOnlySpan<float> end, List<(double, int, int)> spans)
    {
        int last = window.ContextAt + window.Count;
        for (int s = window.ContextAt; s < last; s++)
        {
            for (int e = s; e < Math.Min(last, s + MaxTokens); e++)
            {
                double score = begin[s] + end[e];
                // exp(-14) is one in a million.
                if (score > -14 || s == window.ContextAt) spans.Add((score, window.First + s - window.ContextAt, window.First + e - window.ContextAt));
            }
        }
    }

    private static float[] Values(Tensor values)
    {
        using Tensor plain = values.cpu().contiguous();
        return MemoryMarshal.Cast<byte, float>(plain.bytes).ToArray();
    }
}
