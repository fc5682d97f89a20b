using System.Collections.Concurrent;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>What a text trainer uses where its user set nothing, by the data's shape and the encoder's size.</summary>
/// <param name="Epochs">Passes over the rows.</param>
/// <param name="LearningRate">Highest rate.</param>
/// <param name="Cost">Work and memory.</param>
internal sealed record TextDefaults(int Epochs, double LearningRate, CostHint Cost)
{
    // An epoch of a head alone costs next to nothing, see HeadJob.
    private const int HeadEpochs = 10;

    // Sizes of BERT-base, for an encoder that is still to be fetched.
    private static readonly Sizes unknown = new(768, 12, 85_000_000, 109_000_000);
    private static readonly ConcurrentDictionary<string, Sizes> known = new(StringComparer.Ordinal);

    /// <summary>For a trainer on data of this shape. Reads no more than a configuration, and fetches nothing.</summary>
    public static TextDefaults For(TextEncoderTrainer trainer, DataShape data)
    {
        Sizes sizes = SizesOf(trainer.Encoder);
        int epochs = trainer.Epochs ?? EpochsFor(data.Rows, data.Classes, trainer.BatchSize * trainer.Accumulation) * (trainer.Adaptation == Adaptation.HeadOnly ? HeadEpochs : 1);
        double rate = trainer.LearningRate ?? RateFor(data.Classes, sizes.Hidden) * Boost(trainer.Adaptation);
        // Word pieces are about a third more than words, and each text has two special tokens.
        double tokens = (1.3 * data.Tokens) + (2.0 * data.Rows);
        double batchTokens = trainer.BatchSize * Math.Min(trainer.MaxLength, Math.Max(8, 2 * tokens / Math.Max(1, data.Rows)));
        double layers = trainer.RecomputesLayers ? 2 : sizes.Layers;
        double activations = batchTokens * sizes.Hidden * 4 * ((20 * layers) + 20);
        // Weights, gradients, two running means, the best weights, the model's copy and half of one in bfloat16.
        double weights = 4.0 * 6.5 * sizes.All;
        return new TextDefaults(epochs, rate, new CostHint((trainer.Adaptation == Adaptation.HeadOnly ? 2 : 6.0 * epochs) * sizes.Inner * tokens, (long)(weights + activations + (8 * tokens) + (64 << 20)))
        {
            ScoringFlops = 2.0 * sizes.Inner * tokens / Math.Max(1, data.Rows),
        });
    }

    /// <summary>Weights of an encoder's layers, without its embeddings: each costs two operations a token.</summary>
    internal static long InnerWeights(string encoder) => SizesOf(encoder).Inner;

    // About 600 steps teach a few classes, and each further class takes some more.
    private static int EpochsFor(int rows, int classes, int batch) =>
        (int)Math.Clamp(Math.Round((600.0 + (8 * Math.Max(0, classes - 2))) * batch / Math.Max(1, rows)), rows > 200_000 ? 1 : 2, 15);

    // 1e-4 suits few classes at width 384; many classes want the encoder to move further, and wide encoders less.
    private static double RateFor(int classes, int hidden) =>
        Math.Clamp(1e-4 * Math.Clamp(Math.Sqrt(classes / 4.0), 1, 4) * Math.Pow(384.0 / hidden, 1.3), 5e-6, 1e-3);

    // The fewer weights learn, the further each has to go.
    private static double Boost(Adaptation adaptation) => adaptation switch
    {
        Adaptation.Full => 1,
        Adaptation.LoRA or Adaptation.AdaLora or Adaptation.Bottleneck => 5,
        Adaptation.BitFit or Adaptation.Prefix => 10,
        _ => 30,
    };

    private static Sizes SizesOf(string encoder)
    {
        if (encoder.Length == 0) return unknown;
        if (known.TryGetValue(encoder, out Sizes? sizes)) return sizes;
        try
        {
            if (ModelStore.FindLocal(encoder, StoreSettings.FromEnvironment()) is not { } directory) return unknown;
            EncoderConfig config = EncoderConfig.Read(directory);
            long layer = ((4L * config.HiddenSize) + (2L * config.IntermediateSize)) * config.HiddenSize;
            return known[encoder] = new Sizes(config.HiddenSize, config.Layers, layer * config.Layers, (layer * config.Layers) + ((long)config.VocabularySize * config.EmbeddingSize));
        }
        catch (TorchException)
        {
            // The fit will say what is wrong with it.
            return unknown;
        }
    }

    private sealed record Sizes(int Hidden, int Layers, long Inner, long All);
}
