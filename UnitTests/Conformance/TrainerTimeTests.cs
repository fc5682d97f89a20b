using System.Diagnostics;
using MLPipes.Pipelines;

namespace MLPipes.Conformance.Tests;

/// <summary>Every trainer stops when told to: at once when cancelled, near its deadline with what it has.</summary>
/// <remarks>Bounds are wide because the machine that runs them may be busy; a trainer that ignores the signal runs for many seconds more.</remarks>
[TestClass, DoNotParallelize]
public sealed class TrainerTimeTests
{
    private const int ManyRows = 60_000;
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan grace = TimeSpan.FromSeconds(2.5);
    private static readonly Dictionary<(Needs, MLTask), TrainingSet> large = [];

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Cancellable => TrainerCase.For(nameof(It_ends_when_cancelled));

    public static IEnumerable<object[]> Timed => TrainerCase.For(nameof(It_stops_near_its_deadline));

    [TestMethod, DynamicData(nameof(Cancellable))]
    public void It_does_not_start_when_cancelled_before(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data();
        FitContext cancelled = TrainerCase.Context() with { Cancel = new CancellationToken(canceled: true) };

        Assert.Throws<OperationCanceledException>(() => trainer.Start(data).FitChecked(data, cancelled));
    }

    [TestMethod, DynamicData(nameof(Cancellable)), TestCategory("Slow")]
    public void It_ends_when_cancelled(TrainerCase trainer)
    {
        TrainingSet data = Large(trainer);
        using CancellationTokenSource source = new();
        source.CancelAfter(soon);
        Stopwatch clock = Stopwatch.StartNew();

        bool finished = Ends(() => trainer.Start(data).FitChecked(data, TrainerCase.Context() with { Cancel = source.Token }), typeof(OperationCanceledException));

        TestContext.WriteLine($"{trainer}: {(finished ? "finished" : "ended")} after {clock.Elapsed.TotalSeconds:F2} s");
        Assert.IsLessThan((soon + grace).TotalSeconds, clock.Elapsed.TotalSeconds);
    }

    [TestMethod, DynamicData(nameof(Timed)), TestCategory("Slow")]
    public void It_stops_near_its_deadline(TrainerCase trainer)
    {
        TrainingSet data = Large(trainer);
        Stopwatch clock = Stopwatch.StartNew();
        FitContext context = TrainerCase.Context() with { Deadline = DateTimeOffset.UtcNow + soon };

        bool finished = Ends(() => trainer.Start(data).FitChecked(data, context), typeof(TimeoutException));

        TestContext.WriteLine($"{trainer}: {(finished ? "has a model" : "has none")} after {clock.Elapsed.TotalSeconds:F2} s");
        Assert.IsLessThan((soon + grace).TotalSeconds, clock.Elapsed.TotalSeconds);
        Assert.IsTrue(finished || !trainer.Trainer.Card.KeepsPartial, "a trainer that keeps partial models returned none");
    }

    private static bool Ends(Func<IModel> fit, Type ending)
    {
        try
        {
            return fit() is not null;
        }
        catch (Exception error) when (ending.IsInstanceOfType(error))
        {
            return false;
        }
    }

    private static TrainingSet Large(TrainerCase trainer)
    {
        (Needs, MLTask) key = (trainer.Trainer.Card.Needs & (Needs.NumericOnly | Needs.NoMissing | Needs.TokenIds | Needs.WordIds), trainer.Task);
        if (!large.TryGetValue(key, out TrainingSet? data)) large[key] = data = Tiny.For(key.Item1, trainer.Task, ManyRows);
        return data;
    }
}
