namespace MLPipes.AutoSearch;

/// <summary>Options of LightGBM that search may vary.</summary>
/// <remarks>Ranges are those that pay on small and medium tables; give a search space of your own for others.</remarks>
public class LgbmOption
{
    /// <summary>Leaves of a tree at most.</summary>
    [Range(4, 512, init: 31, logBase: true)]
    public int NumberOfLeaves { get; set; } = 31;

    /// <summary>Number of trees.</summary>
    [Range(4, 1000, init: 100, logBase: true)]
    public int NumberOfTrees { get; set; } = 100;

    /// <summary>Rows that a leaf needs.</summary>
    [Range(1, 128, init: 20, logBase: true)]
    public int MinimumExampleCountPerLeaf { get; set; } = 20;

    /// <summary>How much of each tree is taken.</summary>
    [Range(0.01, 0.5, init: 0.1, logBase: true)]
    public double LearningRate { get; set; } = 0.1;

    /// <summary>Share of rows that each tree sees.</summary>
    [Range(0.2, 1.0, init: 1.0)]
    public double SubsampleFraction { get; set; } = 1.0;

    /// <summary>Share of features that each tree sees.</summary>
    [Range(0.2, 1.0, init: 0.9)]
    public double FeatureFraction { get; set; } = 0.9;

    /// <summary>Penalty on the absolute size of weights.</summary>
    [Range(1e-8, 10.0, init: 1e-6, logBase: true)]
    public double L1Regularization { get; set; } = 1e-6;

    /// <summary>Penalty on the squared size of weights.</summary>
    [Range(1e-8, 10.0, init: 1e-4, logBase: true)]
    public double L2Regularization { get; set; } = 1e-4;
}
