using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Options of <see cref="SentenceSimilarityTrainer"/>, with the names of ML.NET's own where it has them.</summary>
public sealed class SentenceSimilarityOptions : TextTrainerOptions
{
    /// <summary>Column with the similarity: a number.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Column that takes the predicted similarity.</summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>Column with the first text.</summary>
    public string Sentence1ColumnName { get; set; } = "Sentence1";

    /// <summary>Column with the second text.</summary>
    public string Sentence2ColumnName { get; set; } = "Sentence2";

    /// <summary>Which of an encoder's weights learn.</summary>
    public Adaptation Adaptation { get; set; } = Adaptation.Full;

    /// <summary>How adapters are made, and where one is read from and written to.</summary>
    public AdaptationOptions Adapter { get; set; } = new();

    /// <summary>Tokens of a text that an encoder reads at once; longer ones are read in windows.</summary>
    [Bounds(8, 1_048_576)]
    public int MaxLength { get; set; } = 256;
}
