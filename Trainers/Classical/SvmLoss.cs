namespace MLPipes.Trainers;

/// <summary>What a <see cref="LinearSvm"/> minimises, m being a row's margin.</summary>
public enum SvmLoss
{
    /// <summary>max(0, 1 − m)².</summary>
    SquaredHinge,

    /// <summary>max(0, 1 − m).</summary>
    Hinge,
}
