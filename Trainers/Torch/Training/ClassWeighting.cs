namespace MLPipes.Trainers.Torch;

/// <summary>How much the examples of each class count in training.</summary>
public enum ClassWeighting
{
    /// <summary>All examples alike.</summary>
    None,
    /// <summary>Each class alike: an example counts rows / (classes · rows of its class).</summary>
    Balanced,
}
