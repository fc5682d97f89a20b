namespace MLPipes.AutoSearch;

/// <summary>Options of linear models learned by L-BFGS that search may vary.</summary>
/// <remarks>Ranges are those that pay on small and medium tables; give a search space of your own for others.</remarks>
public class LbfgsOption
{
    /// <summary>Penalty on the absolute size of weights.</summary>
    [Range(1e-8, 10.0, init: 1e-6, logBase: true)]
    public float L1Regularization { get; set; } = 1e-6f;

    /// <summary>Penalty on the squared size of weights.</summary>
    [Range(1e-8, 10.0, init: 1e-4, logBase: true)]
    public float L2Regularization { get; set; } = 1e-4f;
}
