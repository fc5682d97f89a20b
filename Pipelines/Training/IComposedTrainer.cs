namespace MLPipes.Pipelines;

/// <summary>A trainer that learns through another one, and so needs of its features what that one needs.</summary>
public interface IComposedTrainer : ITrainer
{
    /// <summary>The trainer behind it.</summary>
    ITrainer Inner { get; }
}
