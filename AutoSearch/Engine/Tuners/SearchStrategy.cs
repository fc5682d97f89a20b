namespace MLPipes;

/// <summary>How a study looks for better hyperparameters.</summary>
public enum SearchStrategy
{
    /// <summary>The list of configurations first; then trainers and ways to search by the gain that they brought for their cost.</summary>
    Auto,

    /// <summary>Points drawn evenly from each trainer's search space, trainers in turns; no list.</summary>
    Random,

    /// <summary>Points of ever finer grids over each trainer's search space, trainers in turns; no list.</summary>
    Grid,

    /// <summary>The list first; then steps around the best of a trainer, shorter as they cease to help, begun anew elsewhere when they are short.</summary>
    CostFrugal,

    /// <summary>The list first; then points where good ones lie densely and bad ones thinly.</summary>
    ModelBased,
}
