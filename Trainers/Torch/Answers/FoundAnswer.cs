namespace MLPipes.Trainers.Torch;

/// <summary>An answer found in a text.</summary>
/// <param name="Text">The words of the context that answer.</param>
/// <param name="Start">Where they begin in the context, in UTF-16 units.</param>
/// <param name="Score">How likely it is that the answer begins and ends there, 0 to 1.</param>
public readonly record struct FoundAnswer(string Text, int Start, double Score);
