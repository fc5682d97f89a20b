namespace MLPipes.Benchmarks;

/// <summary>What one study came to: one data set, one seed, one budget, one process. A row of the results file.</summary>
internal sealed record QualityRow
{
    public required string Data { get; init; }

    public required string Task { get; init; }

    /// <summary>The metric that systems are compared by: auc, logloss or r2.</summary>
    public required string Metric { get; init; }

    public required int Seed { get; init; }

    public required double SecondsBudget { get; init; }

    public required int Threads { get; init; }

    /// <summary>wall or cpu.</summary>
    public required string Clock { get; init; }

    /// <summary>From the start of the process until the model was saved, by <see cref="Clock"/>.</summary>
    public double SecondsUsed { get; init; }

    /// <summary>From start to exit of the process, by the wall clock from outside; includes the scoring of the test part.</summary>
    public double SecondsProcess { get; init; }

    /// <summary>Reading and scoring the test part.</summary>
    public double SecondsTest { get; init; }

    /// <summary>The metric on the test part; NaN where there is no model.</summary>
    public double Test { get; init; } = double.NaN;

    /// <summary>The metric on rows that the models were not fitted on.</summary>
    public double OutOfFold { get; init; } = double.NaN;

    /// <summary>Best score of scikit-learn in the set's meta.json; NaN for none.</summary>
    public double Reference { get; init; } = double.NaN;

    /// <summary>Why the study ended, a <see cref="StudyEnd"/>; empty where it failed.</summary>
    public string End { get; init; } = "";

    public int Completed { get; init; }

    public int Dropped { get; init; }

    public int Failed { get; init; }

    public int Skipped { get; init; }

    public int Splits { get; init; }

    public int Models { get; init; }

    public double PeakRssMb { get; init; }

    public double ModelMb { get; init; }

    /// <summary>The study alone, without starting the process, reading and saving.</summary>
    public double SecondsStudy { get; init; }

    public double SecondsInside { get; init; }

    public double SecondsFit { get; init; }

    public double SecondsScore { get; init; }

    public double SecondsFeatures { get; init; }

    /// <summary>When each new best came and its validated score: <c>seconds:score;…</c>.</summary>
    public string Bests { get; init; } = "";

    public string Best { get; init; } = "";

    /// <summary>Processor and number of cores.</summary>
    public string Machine { get; init; } = "";

    /// <summary>Version of mlpipes with the commit.</summary>
    public string Version { get; init; } = "";

    /// <summary>The day, UTC.</summary>
    public string Date { get; init; } = "";

    /// <summary>Why there is no model; empty where there is one.</summary>
    public string Error { get; init; } = "";

    /// <summary>What tells cells apart: a cell that is there is not run again.</summary>
    public string Key => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Data}|{Seed}|{SecondsBudget}|{Threads}|{Clock}");
}
