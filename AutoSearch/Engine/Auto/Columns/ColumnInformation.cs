namespace MLPipes.AutoSearch;

/// <summary>What the columns of a data set are used for.</summary>
public sealed class ColumnInformation
{
    /// <summary>The column to predict.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The column that says how much a row counts; null for none.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>A column whose equal values stay on one side of every split; null for none.</summary>
    public string? SamplingKeyColumnName { get; set; }

    /// <summary>As <see cref="SamplingKeyColumnName"/>; null for none. Not learned from.</summary>
    public string? GroupIdColumnName { get; set; }

    /// <summary>A user's id; null for none. Not learned from.</summary>
    public string? UserIdColumnName { get; set; }

    /// <summary>An item's id; null for none. Not learned from.</summary>
    public string? ItemIdColumnName { get; set; }

    /// <summary>Numbers.</summary>
    public ICollection<string> NumericColumnNames { get; } = [];

    /// <summary>Categories.</summary>
    public ICollection<string> CategoricalColumnNames { get; } = [];

    /// <summary>Free texts.</summary>
    public ICollection<string> TextColumnNames { get; } = [];

    /// <summary>Not learned from.</summary>
    public ICollection<string> IgnoredColumnNames { get; } = [];

    /// <summary>Paths of images. Not supported yet: an experiment on one says so.</summary>
    public ICollection<string> ImagePathColumnNames { get; } = [];
}
