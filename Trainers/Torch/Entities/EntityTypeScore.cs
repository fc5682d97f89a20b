namespace MLPipes.Trainers.Torch;

/// <summary>How well the entities of one type are found.</summary>
/// <param name="Type">The entity type.</param>
/// <param name="Precision">Share of the predicted entities that are right; 0 where none is predicted.</param>
/// <param name="Recall">Share of the true entities that are found; 0 where there is none.</param>
/// <param name="F1">Harmonic mean of both; 0 where both are.</param>
/// <param name="Support">How many true entities there are.</param>
public sealed record EntityTypeScore(string Type, double Precision, double Recall, double F1, int Support);
