namespace MLPipes.Trainers.Torch;

/// <summary>An entity as a run of words: first word, the word behind its last, and what it is.</summary>
/// <param name="First">Index of its first word.</param>
/// <param name="End">Index behind its last word; above <paramref name="First"/>.</param>
/// <param name="Type">What it is, such as PER.</param>
internal readonly record struct EntitySpan(int First, int End, string Type);
