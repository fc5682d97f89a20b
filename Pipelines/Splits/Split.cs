namespace MLPipes.Pipelines;

/// <summary>Rows to learn from and rows to judge by; indices from 0, in ascending order, without a row in common.</summary>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Test">Rows to judge by.</param>
public sealed record Split(int[] Train, int[] Test)
{
    /// <summary>The split whose test rows are those marked true; rows marked null are on neither side.</summary>
    internal static Split Of(int rows, Func<int, bool?> isTest)
    {
        List<int> train = [], test = [];
        for (int row = 0; row < rows; row++)
            if (isTest(row) is { } side) (side ? test : train).Add(row);
        return new Split([.. train], [.. test]);
    }
}
