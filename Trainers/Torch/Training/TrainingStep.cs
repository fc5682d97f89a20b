namespace MLPipes.Trainers.Torch;

/// <summary>Where training is, and what a job may draw from.</summary>
/// <param name="Number">Update, from 0.</param>
/// <param name="Planned">Updates planned in all; a deadline may lower it.</param>
/// <param name="Epoch">Pass over the examples, from 0.</param>
/// <param name="Noise">The only source of randomness.</param>
internal readonly record struct TrainingStep(int Number, int Planned, int Epoch, NoiseSource Noise);
