namespace MLPipes.Pipelines;

/// <summary>The size of a training set; search ranges and costs may depend on it, never on the data's values.</summary>
/// <param name="Task">What is learned.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Features">Number of features.</param>
/// <param name="Classes">Number of classes; 0 for a regression.</param>
public sealed record DataShape(MLTask Task, int Rows, int Features, int Classes = 0)
{
    /// <summary>Stored values: rows × features for a dense matrix.</summary>
    public long StoredValues { get; init; } = (long)Rows * Features;

    /// <summary>Features that are category codes.</summary>
    public int CategoricalFeatures { get; init; }

    /// <summary>Tokens of text in all rows: those that the features hold, or, before there are features, about as many as the text columns have words.</summary>
    public long Tokens { get; init; }

    /// <summary>Scores per row that a model of it has.</summary>
    public int Outputs => Task == MLTask.Multiclass ? Classes : 1;
}
