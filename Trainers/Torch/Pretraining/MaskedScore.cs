namespace MLPipes.Trainers.Torch;

/// <summary>How well hidden tokens of the held-out texts are guessed; the same tokens each time.</summary>
/// <param name="Perplexity">exp of the mean negative log-likelihood; smaller is better.</param>
/// <param name="Accuracy">Share whose likeliest guess is right.</param>
public readonly record struct MaskedScore(double Perplexity, double Accuracy);
