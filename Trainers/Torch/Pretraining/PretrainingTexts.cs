using System.Numerics;

namespace MLPipes.Trainers.Torch;

/// <summary>Texts to learn from and texts to score by.</summary>
internal sealed class PretrainingTexts
{
    // A text that is longer than a few sequences is cut at blanks, so that a book is not a single document of the held-out part.
    private const int LongestText = 8_000;
    // Steps of this share of the whole come to all parts of it soon.
    private const double GoldenRatio = 0.618;
    // More held-out texts would cost time at every epoch and tell little more.
    private const int MostHeldOutUnits = 1_000_000;

    private PretrainingTexts(List<string> learned, List<string> heldOut) => (Learned, HeldOut) = (learned, heldOut);

    /// <summary>Texts to learn from, in their order.</summary>
    public List<string> Learned { get; }

    /// <summary>Texts to score by, in their order.</summary>
    public List<string> HeldOut { get; }

    /// <summary>Texts to learn from, so that the first ones are of all parts of the corpus.</summary>
    public IEnumerable<string> Scattered()
    {
        int count = Learned.Count, step = Math.Max(1, (int)(count * GoldenRatio));
        while (BigInteger.GreatestCommonDivisor(step, count) > 1) step++;
        for (long i = 0, at = 0; i < count; i++, at = (at + step) % count) yield return Learned[(int)at];
    }

    /// <summary>Splits texts by chance.</summary>
    /// <exception cref="TrainingException">There are fewer than two.</exception>
    public static PretrainingTexts Split(IEnumerable<string> texts, double heldOutShare, int seed)
    {
        List<string> all = [];
        foreach (string text in texts)
        {
            if (!string.IsNullOrWhiteSpace(text)) Cut(text, all);
        }
        if (all.Count < 2)
            throw new TrainingException(nameof(Pretraining), $"{all.Count} texts that are not empty, expected at least 2: one part is learned from, another is scored by. Give more texts.");
        int wanted = Math.Clamp((int)Math.Round(all.Count * heldOutShare), 1, all.Count - 1);
        bool[] isHeld = new bool[all.Count];
        long units = 0;
        foreach (int text in Enumerable.Range(0, all.Count).OrderBy(i => NoiseSource.Mix(((ulong)(uint)seed << 32) | (uint)i)).Take(wanted))
        {
            if (units > MostHeldOutUnits) break;
            isHeld[text] = true;
            units += all[text].Length;
        }
        List<string> learned = [], held = [];
        for (int i = 0; i < all.Count; i++) (isHeld[i] ? held : learned).Add(all[i]);
        return new PretrainingTexts(learned, held);
    }

    private static void Cut(string text, List<string> parts)
    {
        int at = 0;
        while (text.Length - at > LongestText)
        {
            int end = text.LastIndexOf(' ', at + LongestText, LongestText / 2);
            if (end < 0) end = at + LongestText - (char.IsHighSurrogate(text[at + LongestText - 1]) ? 1 : 0);
            parts.Add(text[at..end]);
            at = end;
        }
        if (!string.IsNullOrWhiteSpace(text[at..])) parts.Add(text[at..]);
    }
}
