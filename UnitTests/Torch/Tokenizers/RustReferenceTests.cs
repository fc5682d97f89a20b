using System.Text.Json;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Ids of every kind against those of the Rust library that is behind Python's tokenizers, for texts made to be awkward.</summary>
/// <remarks>
/// tokenizers-reference.json was made once: each tokenizer of <see cref="ReferenceVocabularies"/> was written by <see cref="Tokenizers.Save"/>,
/// read by that library, and given the texts; so it holds as well that the library reads our files.
/// </remarks>
[TestClass]
public sealed class RustReferenceTests
{
    private static readonly JsonElement reference = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(SharedFolder.Repository, "UnitTests", "Torch", "Tokenizers", "tokenizers-reference.json"))).RootElement;

    public static IEnumerable<object[]> Names => ReferenceVocabularies.All.Select(v => new object[] { v.Name });

    [TestMethod, DynamicData(nameof(Names))]
    public void Ids_equal_those_of_the_Rust_library(string name)
    {
        ITextTokenizer tokenizer = ReferenceVocabularies.All.First(v => v.Name == name).Tokenizer;
        string[] texts = [.. reference.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!)];
        JsonElement expected = reference.GetProperty("ids").GetProperty(name);

        for (int i = 0; i < texts.Length; i++)
        {
            int[] tokens = tokenizer.Tokenize(texts[i]).Ids;
            long[] ids = new long[TokenSequence.Length(tokens.Length, tokenizer.Special, 1000)];
            TokenSequence.Write(tokens, tokenizer.Special, 1000, ids);

            CollectionAssert.AreEqual(expected[i].EnumerateArray().Select(v => v.GetInt64()).ToArray(), ids, $"'{texts[i]}'");
        }
    }
}
