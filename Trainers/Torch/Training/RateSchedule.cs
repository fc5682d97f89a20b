namespace MLPipes.Trainers.Torch;

/// <summary>How the learning rate falls after warm-up.</summary>
public enum RateSchedule
{
    /// <summary>In a straight line to 0 at the end.</summary>
    Linear,
    /// <summary>Half a cosine wave, to 0 at the end.</summary>
    Cosine,
    /// <summary>It stays.</summary>
    Constant,
}
