namespace MLPipes.Trainers.Torch.Tests;

/// <summary>A directory of its own for a test, gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mlpipes-tokenizers-").FullName;

    public string At(string file) => System.IO.Path.Combine(Path, file);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Comparisons of tokens.</summary>
internal static class Same
{
    public static void Tokens(TokenizedText expected, TokenizedText actual)
    {
        CollectionAssert.AreEqual(expected.Ids, actual.Ids);
        CollectionAssert.AreEqual(expected.Starts, actual.Starts);
        CollectionAssert.AreEqual(expected.Ends, actual.Ends);
    }
}
