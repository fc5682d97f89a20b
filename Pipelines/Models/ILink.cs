namespace MLPipes.Pipelines;

/// <summary>Turns a model's raw scores into predictions: probabilities for classes, the expected value for a regression.</summary>
public interface ILink : IPlainPart
{
    /// <summary>Replaces scores by predictions in place.</summary>
    /// <param name="scores">[rows × outputs], row-major. Binary: one output, the positive class. Multiclass: one output a class, each row summing to 1 afterwards.</param>
    /// <param name="outputs">Outputs per row.</param>
    void Apply(Span<float> scores, int outputs);
}
