using System.Globalization;
using System.Runtime.CompilerServices;
using MLPipes.Trainers.Torch;

namespace MLPipes.Benchmarks;

/// <summary>Tokens per second of fine-tuning and prediction against PyTorch itself: same weights, same batches, same threads, in one run.</summary>
/// <remarks>
/// Rounds alternate between all cases, and ratios are taken within a round, for the machine's own speed varies over minutes. The time of the
/// cores tells more than the clock while other work runs.
/// </remarks>
internal sealed class TorchBenchmark : IBenchmark
{
    private const int BatchSize = 32, WarmUp = 3;
    private const double LeastFloat32 = 0.95, LeastBFloat16 = 1.5;

    public string Name => "torch";

    public string Summary => "tokens a second of an encoder's training and prediction against PyTorch; arguments: MODEL TEXTS.csv [python] [threads] [rounds] [batches]";

    public int Run(string[] args)
    {
        if (args.Length < 2)
        {
            Console.Error.WriteLine(Summary);
            return 2;
        }
        (string model, string texts) = (args[0], args[1]);
        string python = args.Length > 2 ? args[2] : "/usr/bin/python3";
        int threads = Number(args, 3, Environment.ProcessorCount), rounds = Number(args, 4, 5), count = Number(args, 5, 12);
        TorchRuntime.Load();
        TorchBatches batches = new(texts, model, BatchSize);
        string file = Path.GetTempFileName();
        try
        {
            batches.Write(file);
            using PythonSide peer = new(python, Path.Combine(Here(), "peer.py"), model, file, threads);
            using TorchSide full = new(model, batches, Precision.Float32, threads), brain = new(model, batches, Precision.BFloat16, threads);
            Console.WriteLine($"PyTorch {peer.Greeting.Replace(" ", ", its hidden states within ", StringComparison.Ordinal)} of the reference; {threads} threads, {rounds} rounds of {count} batches of {BatchSize} texts");
            (string Name, Func<int, TorchSpeed> Go)[] cases =
            [
                ("train  PyTorch float32", n => peer.Ask($"train {n}")), ("train  mlpipes float32", full.Train), ("train  mlpipes bf16", brain.Train),
                ("infer  PyTorch float32", n => peer.Ask($"infer {n}")), ("infer  mlpipes float32", full.Infer), ("infer  mlpipes bf16", brain.Infer),
            ];
            foreach ((_, Func<int, TorchSpeed> go) in cases) go(WarmUp);
            TorchSpeed[][] speeds = [.. Enumerable.Range(0, rounds).Select(_ => Array.ConvertAll(cases, c => c.Go(count)))];
            return Report(cases.Select(c => c.Name).ToArray(), speeds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int Report(string[] names, TorchSpeed[][] rounds)
    {
        bool isGood = true;
        for (int i = 0; i < names.Length; i++)
        {
            int peer = i / 3 * 3;
            double ratio = Median(rounds.Select(r => r[i].TokensPerSecond / r[peer].TokensPerSecond));
            double least = i % 3 == 0 ? 0 : i % 3 == 1 ? LeastFloat32 : LeastBFloat16;
            isGood &= ratio >= least;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{names[i],-24} {Median(rounds.Select(r => r[i].TokensPerSecond)),8:F0} tokens/s, {ratio:F2} times PyTorch ({Median(rounds.Select(r => r[i].TokensPerCpuSecond / r[peer].TokensPerCpuSecond)):F2} by time of the cores){(least > 0 ? $", at least {least} wanted" : "")}{(peer == 0 ? $", loss {rounds[^1][i].Loss:F3}" : "")}"));
        }
        return isGood ? 0 : 1;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static int Number(string[] args, int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
