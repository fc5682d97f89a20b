using System.Text;

namespace MLPipes.AutoSearch;

/// <summary>What one trial tries: a trainer, its hyperparameters and what its features are made with. Immutable; all of it goes to the journal.</summary>
public sealed record TrialPlan
{
    /// <summary>The trial's number, from 1, in the order of proposal.</summary>
    public required int Number { get; init; }

    /// <summary>The trainer's catalog key.</summary>
    public required string Trainer { get; init; }

    /// <summary>Where in the trainer's search space it lies, [knobs], each 0 to 1.</summary>
    public required IReadOnlyList<double> Point { get; init; }

    /// <summary>The value of each knob as text, by name; what the trainer is made from.</summary>
    public required IReadOnlyDictionary<string, string> Knobs { get; init; }

    /// <summary>Featurizers asked for beyond the default ones, by catalog key.</summary>
    public IReadOnlyList<string> Featurizers { get; init; } = [];

    /// <summary>Numbers of the trials whose predictions it learns from besides; empty unless it is the second layer of a stack.</summary>
    public IReadOnlyList<int> Stack { get; init; } = [];

    /// <summary>Seed of everything random in it; follows from the study's seed and <see cref="Number"/>.</summary>
    public required int Seed { get; init; }

    /// <summary>Why it was proposed: <c>warm</c>, <c>start</c>, <c>portfolio</c>, <c>variant</c>, <c>cost-frugal</c>, <c>model-based</c>, <c>random</c> or <c>grid</c>.</summary>
    public string Origin { get; init; } = "start";

    /// <summary>Loss on the first fold above which the other folds are not worth running; null to run them all.</summary>
    public double? RaceLoss { get; init; }

    /// <summary>The configuration alone: two plans with the same key try the same thing.</summary>
    public string Key
    {
        get
        {
            StringBuilder text = new(Trainer);
            foreach ((string name, string value) in Knobs.OrderBy(k => k.Key, StringComparer.Ordinal)) text.Append('|').Append(name).Append('=').Append(value);
            foreach (string featurizer in Featurizers) text.Append("|+").Append(featurizer);
            foreach (int number in Stack) text.Append("|^").Append(number);
            return text.ToString();
        }
    }

    /// <summary>The seed of trial <paramref name="number"/> in a study with <paramref name="studySeed"/>.</summary>
    /// <remarks>The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) over both, so that neighbouring trials share no stream.</remarks>
    public static int SeedOf(int studySeed, int number)
    {
        ulong z = (((ulong)(uint)studySeed << 32) | (uint)number) + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)((z ^ (z >> 31)) & int.MaxValue);
    }
}
