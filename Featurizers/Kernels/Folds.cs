namespace MLPipes.Featurizers;

/// <summary>Splits rows into parts of equal size by a seed, for values that must not see their own row's label.</summary>
internal static class Folds
{
    /// <summary>The part of each row, 0 … <paramref name="parts"/> − 1.</summary>
    public static byte[] Of(int rows, int parts, int seed)
    {
        byte[] folds = new byte[rows];
        for (int row = 0; row < rows; row++) folds[row] = (byte)(row % parts);
        new Random(seed).Shuffle(folds);
        return folds;
    }
}
