namespace MLPipes.Trainers;

/// <summary>What a fit of symmetric trees is told.</summary>
internal sealed record SymmetricPlan(int Trees, int Patience, double LearningRate, int Depth, double L2, double RandomStrength, double BaggingTemperature, double Subsample, double FeatureFraction);
