using System.Runtime.InteropServices;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

/// <summary>What the trainers below do instead of learning, each in a worker process.</summary>
internal static class Hostile
{
    public static TrainerCard Card(string key) => new(key, "Misbehaves.", TestTrainers.AllTasks) { CannotBeInterrupted = true };

    public static SearchSpace<T> NoKnobs<T>() where T : class, ITrainer, new() => new();
}

/// <summary>Ends the process as a failed assertion of native code does.</summary>
internal sealed record AbortTrainer : ITrainer<AbortTrainer>
{
    public static TrainerCard Card { get; } = Hostile.Card("test-abort");

    public static SearchSpace<AbortTrainer> Space(DataShape data) => Hostile.NoKnobs<AbortTrainer>();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        Environment.FailFast("the trainer gave up");
        return TestTrainers.Constant(data);
    }
}

/// <summary>Writes where nothing may be written.</summary>
internal sealed record SegfaultTrainer : ITrainer<SegfaultTrainer>
{
    public static TrainerCard Card { get; } = Hostile.Card("test-segfault");

    public static SearchSpace<SegfaultTrainer> Space(DataShape data) => Hostile.NoKnobs<SegfaultTrainer>();

    public CostHint Cost(DataShape data) => new(1, 0);

    public unsafe IModel Fit(TrainingSet data, FitContext context)
    {
        NativeMemory.Fill((void*)0x7000_0000_0000, 1 << 20, 1);
        return TestTrainers.Constant(data);
    }
}

/// <summary>Hears neither deadline nor cancellation.</summary>
internal sealed record DeafTrainer : ITrainer<DeafTrainer>
{
    public static TrainerCard Card { get; } = Hostile.Card("test-deaf");

    public static SearchSpace<DeafTrainer> Space(DataShape data) => Hostile.NoKnobs<DeafTrainer>();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        WorkerTraces.Leave();
        new ManualResetEventSlim().Wait(CancellationToken.None);
        return TestTrainers.Constant(data);
    }
}

/// <summary>Takes memory without end.</summary>
internal sealed record GreedyTrainer : ITrainer<GreedyTrainer>
{
    public static TrainerCard Card { get; } = Hostile.Card("test-greedy");

    public static SearchSpace<GreedyTrainer> Space(DataShape data) => Hostile.NoKnobs<GreedyTrainer>();

    public CostHint Cost(DataShape data) => new(1, 0);

    public unsafe IModel Fit(TrainingSet data, FitContext context)
    {
        // Native memory, which no setting of the runtime limits; slow enough that the machine of the test is in no danger.
        for (int i = 0; i < 400; i++)
        {
            NativeMemory.Fill(NativeMemory.Alloc(8 << 20), 8 << 20, 1);
            context.Cancel.WaitHandle.WaitOne(5);
        }
        return TestTrainers.Constant(data);
    }
}

/// <summary>Ends the process as if all were well.</summary>
internal sealed record LeavingTrainer : ITrainer<LeavingTrainer>
{
    public static TrainerCard Card { get; } = Hostile.Card("test-leaving");

    public static SearchSpace<LeavingTrainer> Space(DataShape data) => Hostile.NoKnobs<LeavingTrainer>();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        Environment.Exit(0);
        return TestTrainers.Constant(data);
    }
}

/// <summary>Prints much that nobody asked for, then learns.</summary>
internal sealed record NoisyTrainer : ITrainer<NoisyTrainer>
{
    public static TrainerCard Card { get; } = Hostile.Card("test-noisy");

    public static SearchSpace<NoisyTrainer> Space(DataShape data) => Hostile.NoKnobs<NoisyTrainer>();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        for (int i = 0; i < 20_000; i++)
        {
            Console.Out.WriteLine("\0\u0001{garbage} " + i);
            Console.Error.WriteLine("more garbage " + i);
        }
        return TestTrainers.Constant(data);
    }
}

/// <summary>Runs a study of its own, whose worker never ends by itself.</summary>
internal sealed record NestingTrainer : ITrainer<NestingTrainer>
{
    public static TrainerCard Card { get; } = Hostile.Card("test-nesting");

    public static SearchSpace<NestingTrainer> Space(DataShape data) => Hostile.NoKnobs<NestingTrainer>();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context)
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 2) with { Trainers = [TestTrainers.Entry<DeafTrainer>()], Isolation = Isolation.Always };
        new Study(options).RunAsync(null, context.Cancel).GetAwaiter().GetResult();
        return TestTrainers.Constant(data);
    }
}

/// <summary>Asks for a worker, and does nothing that would need one.</summary>
internal sealed record TameTrainer : ITrainer<TameTrainer>
{
    public static TrainerCard Card { get; } = Hostile.Card("test-tame");

    public static SearchSpace<TameTrainer> Space(DataShape data) => Hostile.NoKnobs<TameTrainer>();

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context) => TestTrainers.Constant(data);
}
