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
            using TorchSide full = new(model, batches, Precision.Float32, threads);
            // Where the processor has no bfloat16 it is emulated, which takes minutes a batch and tells nothing.
            using TorchSide? brain = TorchRuntime.HasFastBFloat16 ? new(model, batches, Precision.BFloat16, threads) : null;
            Console.WriteLine($"PyTorch {peer.Greeting.Replace(" ", ", its hidden states within ", StringComparison.Ordinal)} of the reference; {threads} threads, {rounds} rounds of {count} batches of {BatchSize} texts");
            List<Case> cases = [new("train  PyTorch float32", 0, 0, n => peer.Ask($"train {n}")), new("train  mlpipes float32", 0, LeastFloat32, full.Train)];
            if (brain is not null) cases.Add(new Case("train  mlpipes bf16", 0, LeastBFloat16, brain.Train));
            int infer = cases.Count;
            cases.AddRange([new("infer  PyTorch float32", infer, 0, n => peer.Ask($"infer {n}")), new("infer  mlpipes float32", infer, LeastFloat32, full.Infer)]);
            if (brain is not null) cases.Add(new Case("infer  mlpipes bf16", infer, LeastBFloat16, brain.Infer));
            foreach (Case c in cases) c.Go(WarmUp);
            TorchSpeed[][] speeds = [.. Enumerable.Range(0, rounds).Select(_ => cases.Select(c => c.Go(count)).ToArray())];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a search counts on {EncoderSpeed.FlopsPerSecond(threads) / (2.0 * TextDefaults.InnerWeights(model)):0} tokens/s of prediction, measured on this machine by bare products"));
            return Report(cases, speeds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int Report(IReadOnlyList<Case> cases, TorchSpeed[][] rounds)
    {
        bool isGood = true;
        for (int i = 0; i < cases.Count; i++)
        {
            (string name, int peer, double least, _) = cases[i];
            double ratio = Median(rounds.Select(r => r[i].TokensPerSecond / r[peer].TokensPerSecond));
            isGood &= ratio >= least;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {Median(rounds.Select(r => r[i].TokensPerSecond)),8:F0} tokens/s, {ratio:F2} times PyTorch ({Median(rounds.Select(r => r[i].TokensPerCpuSecond / r[peer].TokensPerCpuSecond)):F2} by time of the cores){(least > 0 ? $", at least {least} wanted" : "")}{(peer == 0 ? $", loss {rounds[^1][i].Loss:F3}" : "")}"));
        }
        return isGood ? 0 : 1;
    }

    // Peer: the case that its ratio is taken against, by its place.
    private sealed record Case(string Name, int Peer, double Least, Func<int, TorchSpeed> Go);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static int Number(string[] args, int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
