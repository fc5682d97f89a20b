namespace MLPipes.Trainers.Torch;

/// <summary>What an encoder reads at once: tokens with their special ones.</summary>
/// <param name="Ids">At least one.</param>
/// <param name="SecondAt">Where tokens of type 1 begin; the number of ids where there are none.</param>
internal readonly record struct TextWindow(int[] Ids, int SecondAt);
