using MLPipes.Benchmarks;

namespace MLPipes.Tests;

/// <summary>Rows of results made by hand.</summary>
internal static class Rows
{
    public static QualityRow Of(string data, double test, string metric = "auc", int seed = 1, double budget = 60) => new()
    {
        Data = data,
        Task = metric switch { "auc" => "binary", "logloss" => "multiclass", _ => "regression" },
        Metric = metric,
        Seed = seed,
        SecondsBudget = budget,
        Threads = 2,
        Clock = "wall",
        SecondsUsed = budget * 0.98,
        Test = test,
        End = "Time",
        Machine = "a machine",
        Version = "0.1.0",
        Date = "2026-01-01",
    };

    public static Peer Peer(string data, string system, double score, string metric = "auc") => new(data, metric, system, 60, score);
}
