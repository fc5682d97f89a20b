namespace MLPipes.Trainers;

/// <summary>What changes as training goes from 0 to 1.</summary>
internal interface INetSchedule
{
    /// <summary>Factor of the learning rate.</summary>
    double Rate(double progress);

    /// <summary>Factor of dropout and weight decay.</summary>
    double Restraint(double progress);

    /// <summary>Whether the rest would not bring what has not come since the best epoch.</summary>
    /// <param name="progress">Now.</param>
    /// <param name="best">The progress of the best epoch.</param>
    /// <param name="epoch">What an epoch adds to it.</param>
    bool IsPast(double progress, double best, double epoch);
}
