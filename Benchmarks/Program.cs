using BenchmarkDotNet.Running;
using MLPipes.Benchmarks;

IBenchmark[] named = [.. typeof(IBenchmark).Assembly.GetTypes()
    .Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IBenchmark)))
    .Select(t => (IBenchmark)Activator.CreateInstance(t)!)
    .OrderBy(b => b.Name, StringComparer.Ordinal)];

if (args.Length == 0)
{
    foreach (IBenchmark benchmark in named) Console.WriteLine($"{benchmark.Name,-20} {benchmark.Summary}");
    Console.WriteLine($"{"--filter '*'",-20} all micro-benchmarks of BenchmarkDotNet");
    return 0;
}
if (named.FirstOrDefault(b => b.Name == args[0]) is { } chosen) return chosen.Run(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(IBenchmark).Assembly).Run(args);
return 0;
