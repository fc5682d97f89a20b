using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Between labels and what the network gives: a regression's numbers are standardized, classes are as they are.</summary>
/// <param name="Factor">Deviation of the labels; 1 for classes.</param>
/// <param name="Offset">Mean of the labels; 0 for classes.</param>
internal readonly record struct TextScale(float Factor, float Offset)
{
    /// <summary>Classes as they are.</summary>
    public static TextScale Classes { get; } = new(1, 0);

    /// <summary>The scale of a training set.</summary>
    public static TextScale Of(TrainingSet data)
    {
        if (data.Task != MLTask.Regression) return Classes;
        double mean = 0, square = 0;
        foreach (float label in data.Labels) mean += (double)label / data.Rows;
        foreach (float label in data.Labels) square += (label - mean) * (label - mean) / data.Rows;
        return new(square > 0 ? (float)Math.Sqrt(square) : 1, (float)mean);
    }

    /// <summary>What the network should give for a label.</summary>
    public float ToNetwork(float label) => (label - Offset) / Factor;

    /// <summary>The score for what the network gave.</summary>
    public float ToScore(float given) => (given * Factor) + Offset;
}
