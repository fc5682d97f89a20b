namespace MLPipes.Trainers.Torch;

/// <summary>Options of <see cref="NamedEntityTrainer"/>, with the names of ML.NET's own where it has them.</summary>
public sealed class NamedEntityOptions : TextTrainerOptions
{
    /// <summary>Column with the labels: a vector of keys, one for each word of the sentence; missing keys are words outside entities.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Column that takes the predicted labels: a vector of keys, one for each word.</summary>
    public string PredictionColumnName { get; set; } = "PredictedLabel";

    /// <summary>Column with the sentence; its words are what white space separates.</summary>
    public string Sentence1ColumnName { get; set; } = "Sentence";
}
