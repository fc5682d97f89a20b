using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>How well predicted answers agree with given ones.</summary>
/// <param name="ExactMatch">Share of questions whose answer is equal to a given one, once both are normalised.</param>
/// <param name="F1">Mean over questions of the best harmonic mean of precision and recall of words.</param>
/// <remarks>As SQuAD counts (Rajpurkar et al., EMNLP 2016, section 6.1): lower case, without punctuation, without a, an and the, blanks as one.</remarks>
public readonly record struct AnswerMetrics(double ExactMatch, double F1)
{
    /// <summary>Agreement of one answer a question with all that were given for it.</summary>
    /// <param name="predicted">[questions]; empty for none found.</param>
    /// <param name="given">[questions], each with at least one answer.</param>
    public static AnswerMetrics Of(IReadOnlyList<string> predicted, IReadOnlyList<IReadOnlyList<string>> given)
    {
        if (predicted.Count != given.Count) throw new ArgumentException($"{predicted.Count} predicted answers for {given.Count} questions.", nameof(predicted));
        if (predicted.Count == 0) return new AnswerMetrics(double.NaN, double.NaN);
        double exact = 0, f1 = 0;
        for (int i = 0; i < predicted.Count; i++)
        {
            string own = string.Join(' ', Words(predicted[i]));
            exact += given[i].Any(g => string.Join(' ', Words(g)) == own) ? 1 : 0;
            f1 += given[i].Max(g => Overlap(Words(predicted[i]), Words(g)));
        }
        return new AnswerMetrics(exact / predicted.Count, f1 / predicted.Count);
    }

    private static double Overlap(string[] predicted, string[] given)
    {
        if (predicted.Length == 0 || given.Length == 0) return predicted.Length == given.Length ? 1 : 0;
        Dictionary<string, int> left = given.GroupBy(w => w).ToDictionary(g => g.Key, g => g.Count());
        int common = 0;
        foreach (string word in predicted)
        {
            if (!left.TryGetValue(word, out int count) || count == 0) continue;
            left[word] = count - 1;
            common++;
        }
        return 2.0 * common / (predicted.Length + given.Length);
    }

    private static string[] Words(string text)
    {
        StringBuilder plain = new();
        foreach (char c in text.ToLowerInvariant()) plain.Append(IsAsciiPunctuation(c) ? "" : c.ToString());
        return [.. plain.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(w => w is not ("a" or "an" or "the"))];
    }

    private static bool IsAsciiPunctuation(char c) => c < 128 && (char.IsPunctuation(c) || char.IsSymbol(c));
}
