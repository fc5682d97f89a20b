using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Options of <see cref="TextClassificationTrainer"/>, with the names of ML.NET's own where it has them.</summary>
public sealed class TextClassificationOptions : TextTrainerOptions
{
    /// <summary>Column with the class: a key.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Column that takes the probability of each class.</summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>Column that takes the predicted class: a key.</summary>
    public string PredictionColumnName { get; set; } = "PredictedLabel";

    /// <summary>Column with the text.</summary>
    public string Sentence1ColumnName { get; set; } = "Sentence1";

    /// <summary>Column with the second text of a pair; null or empty for single texts.</summary>
    public string? Sentence2ColumnName { get; set; }

    /// <summary>Which of an encoder's weights learn.</summary>
    public Adaptation Adaptation { get; set; } = Adaptation.Full;

    /// <summary>How adapters are made, and where one is read from and written to.</summary>
    public AdaptationOptions Adapter { get; set; } = new();

    /// <summary>How much the rows of each class count, where an encoder is trained.</summary>
    public ClassWeighting ClassWeights { get; set; } = ClassWeighting.None;

    /// <summary>Tokens of a text that an encoder reads at once; longer ones are read in windows.</summary>
    [Bounds(8, 1_048_576)]
    public int MaxLength { get; set; } = 256;
}
