namespace MLPipes.AutoSearch;

/// <summary>What one trial of an experiment tries.</summary>
public class TrialSettings
{
    /// <summary>The trial's index, from 0.</summary>
    public int TrialId { get; set; }

    /// <summary>When it began.</summary>
    public DateTime StartedAtUtc { get; set; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTime? EndedAtUtc { get; set; }

    /// <summary>The values tried; those of the pipeline under the name <c>_pipeline_</c>.</summary>
    public Parameter Parameter { get; set; } = Parameter.CreateNestedParameter();
}
