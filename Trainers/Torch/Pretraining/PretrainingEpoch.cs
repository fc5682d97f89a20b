namespace MLPipes.Trainers.Torch;

/// <summary>A validation during pre-training.</summary>
/// <param name="Number">Epoch behind it, from 1.</param>
/// <param name="Updates">Updates behind it.</param>
/// <param name="HeldOut">Score on the held-out texts.</param>
public sealed record PretrainingEpoch(int Number, int Updates, MaskedScore HeldOut);
