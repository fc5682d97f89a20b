using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class EncoderConfigTests
{
    public static IEnumerable<object[]> Kinds => EncoderCases.Kinds;

    private static EncoderConfig Parse(string json) => EncoderConfigJson.Parse(Encoding.UTF8.GetBytes(json), "config.json");

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Written_and_read_is_the_same(string kind)
    {
        EncoderConfig config = EncoderCases.Tiny(kind) with { HiddenDropout = 0.25, AttentionDropout = 0.05, Activation = EncoderActivation.Relu };

        Assert.AreEqual(config, EncoderConfigJson.Parse(EncoderConfigJson.Write(config), "config.json"));
    }

    [TestMethod]
    [DataRow("bert", 30522, 768, 768, 12, 12, 3072, 512, 2, 0)]
    [DataRow("roberta", 50265, 768, 768, 12, 12, 3072, 512, 2, 1)]
    [DataRow("distilbert", 30522, 768, 768, 6, 12, 3072, 512, 0, 0)]
    [DataRow("electra", 30522, 256, 128, 12, 4, 1024, 512, 2, 0)]
    [DataRow("albert", 30000, 4096, 128, 12, 64, 16384, 512, 2, 0)]
    [DataRow("mpnet", 30527, 768, 768, 12, 12, 3072, 512, 0, 1)]
    public void What_a_file_omits_is_as_in_transformers(string type, int words, int hidden, int embedding, int layers, int heads, int intermediate, int positions, int types, int pad)
    {
        EncoderConfig config = Parse($$"""{"model_type": "{{type}}"}""");

        Assert.AreEqual(
            (words, hidden, embedding, layers, heads, intermediate, positions, types, pad),
            (config.VocabularySize, config.HiddenSize, config.EmbeddingSize, config.Layers, config.Heads, config.IntermediateSize, config.MaxPositions, config.TypeVocabularySize, config.PadToken));
    }

    [TestMethod]
    [DataRow("""{"model_type": "llama"}""", "llama")]
    [DataRow("""{}""", "model_type")]
    [DataRow("""[1]""", "expected an object")]
    [DataRow("""{"model_type": """, "is no JSON")]
    [DataRow("""{"model_type": "bert", "hidden_size": 1000000000}""", "hidden_size: found 1000000000")]
    [DataRow("""{"model_type": "bert", "hidden_size": -5}""", "hidden_size: found -5")]
    [DataRow("""{"model_type": "bert", "hidden_size": 7.5}""", "hidden_size: found 7.5")]
    [DataRow("""{"model_type": "bert", "hidden_size": "many"}""", "hidden_size")]
    [DataRow("""{"model_type": "bert", "num_hidden_layers": 100000}""", "num_hidden_layers")]
    [DataRow("""{"model_type": "bert", "num_attention_heads": 7}""", "a multiple of the 7")]
    [DataRow("""{"model_type": "bert", "hidden_act": "snake"}""", "'snake'")]
    [DataRow("""{"model_type": "bert", "hidden_dropout_prob": 1.0}""", "hidden_dropout_prob")]
    [DataRow("""{"model_type": "bert", "pad_token_id": 40000}""", "pad_token_id")]
    [DataRow("""{"model_type": "bert", "position_embedding_type": "relative_key"}""", "relative_key")]
    [DataRow("""{"model_type": "bert", "is_decoder": true}""", "decoder")]
    [DataRow("""{"model_type": "roberta", "max_position_embeddings": 3}""", "max_position_embeddings")]
    public void Refuses_what_it_cannot_run(string json, string told)
    {
        TorchException error = Assert.ThrowsExactly<TorchException>(() => Parse(json));

        StringAssert.Contains(error.Message, told);
        StringAssert.StartsWith(error.Message, "config.json");
    }

    [TestMethod]
    public void Tells_all_problems_at_once()
    {
        string message = Assert.ThrowsExactly<TorchException>(() => Parse("""{"model_type": "bert", "hidden_size": 0, "vocab_size": 0}""")).Message;

        StringAssert.Contains(message, "hidden_size");
        StringAssert.Contains(message, "vocab_size");
    }

    [TestMethod]
    public void A_folder_without_config_says_what_an_encoder_is()
    {
        using EncoderCases.Folder folder = new();

        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => EncoderConfig.Read(folder.Path)).Message, "Hugging Face directory");
    }

    [TestMethod]
    public void A_huge_config_is_not_read()
    {
        using EncoderCases.Folder folder = new();
        using (FileStream huge = File.Create(Path.Combine(folder.Path, "config.json"))) huge.SetLength(3L << 30);

        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => EncoderConfig.Read(folder.Path)).Message, "at most");
    }
}
