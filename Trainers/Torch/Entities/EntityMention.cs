namespace MLPipes.Trainers.Torch;

/// <summary>An entity in a text.</summary>
/// <param name="Start">Where it begins in the raw text, in UTF-16 units (what <c>string</c> indexes count).</param>
/// <param name="End">Behind its last character, in UTF-16 units.</param>
/// <param name="Label">What it is, such as PER.</param>
/// <param name="Text">The text from <paramref name="Start"/> to <paramref name="End"/>.</param>
/// <param name="Score">How sure the model is, 0 to 1: the mean probability of the tags of its words. 1 where a person labelled it.</param>
public sealed record EntityMention(int Start, int End, string Label, string Text, double Score = 1);
