using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Options of <see cref="MultiLabelTextTrainer"/>.</summary>
public sealed class MultiLabelTextOptions : TextTrainerOptions
{
    /// <summary>Column with the labels of a row: a vector of keys, as many as apply, or a vector with a number or truth value for each label.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Column that takes the probability of each label.</summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>Column that takes the labels whose probability reaches the threshold: a vector of keys.</summary>
    public string PredictionColumnName { get; set; } = "PredictedLabel";

    /// <summary>Column with the text.</summary>
    public string Sentence1ColumnName { get; set; } = "Sentence1";

    /// <summary>Column with the second text of a pair; null or empty for single texts.</summary>
    public string? Sentence2ColumnName { get; set; }

    /// <summary>Which of an encoder's weights learn.</summary>
    public Adaptation Adaptation { get; set; } = Adaptation.Full;

    /// <summary>How adapters are made, and where one is read from and written to.</summary>
    public AdaptationOptions Adapter { get; set; } = new();

    /// <summary>Probability from which a label is predicted, default 0.5.</summary>
    [Bounds(0, 1)]
    public double Threshold { get; set; } = 0.5;

    /// <summary>Tokens of a text that an encoder reads at once; longer ones are read in windows.</summary>
    [Bounds(8, 1_048_576)]
    public int MaxLength { get; set; } = 256;
}
