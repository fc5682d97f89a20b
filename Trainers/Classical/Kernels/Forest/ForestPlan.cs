namespace MLPipes.Trainers;

/// <summary>How a forest is grown.</summary>
/// <param name="Trees">Number of trees.</param>
/// <param name="FeaturesPerSplit">Features looked at for each split.</param>
/// <param name="MinLeaf">Fewest rows of a leaf.</param>
/// <param name="MaxDepth">Most splits on a way from root to leaf.</param>
/// <param name="Sorted">Whether the best of all thresholds is searched (random forest) or one drawn (extra-trees).</param>
/// <param name="Bootstrap">Whether each tree gets rows drawn with replacement.</param>
internal sealed record ForestPlan(int Trees, int FeaturesPerSplit, int MinLeaf, int MaxDepth, bool Sorted, bool Bootstrap);
