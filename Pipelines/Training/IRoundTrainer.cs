namespace MLPipes.Pipelines;

/// <summary>A trainer that learns in rounds and can be told how many, so that what early stopping found on part of the rows is learned again from all.</summary>
public interface IRoundTrainer : ITrainer
{
    /// <summary>The rounds that <paramref name="model"/>, fitted by this kind of trainer, was kept at.</summary>
    int RoundsOf(IModel model);

    /// <summary>The same trainer with exactly <paramref name="rounds"/> rounds, at least 1, and no need of a validation set.</summary>
    ITrainer WithRounds(int rounds);
}
