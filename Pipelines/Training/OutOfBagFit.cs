namespace MLPipes.Pipelines;

/// <summary>A model and what its parts predict for the training rows that they did not see.</summary>
/// <param name="Model">The model of all parts.</param>
/// <param name="Predictions">
/// [rows × outputs], row-major, as <see cref="ModelScoring.PredictAll"/> gives them: behind the link. NaN in rows that every part saw.
/// </param>
public sealed record OutOfBagFit(IModel Model, float[] Predictions);
