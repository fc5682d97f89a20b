using System.Diagnostics;
using System.Globalization;

namespace MLPipes.Benchmarks;

/// <summary>The side of Python: a process that answers one line to each command.</summary>
internal sealed class PythonSide : IDisposable
{
    private readonly Process process;

    public PythonSide(string python, string script, string model, string batches, int threads)
    {
        ProcessStartInfo start = new(python, [script, model, batches, threads.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // As on our side: waiting threads sleep, and there are as many as asked for, in OpenBLAS too.
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        process = Process.Start(start)!;
        Greeting = Read();
    }

    /// <summary>Version of PyTorch, and how far its hidden states are from the reference.</summary>
    public string Greeting { get; }

    public TorchSpeed Ask(string command)
    {
        process.StandardInput.WriteLine(command);
        process.StandardInput.Flush();
        string[] parts = Read().Split(' ');
        double[] numbers = Array.ConvertAll(parts, p => double.Parse(p, CultureInfo.InvariantCulture));
        return new TorchSpeed((long)numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private string Read() => process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Python ended; see its message above.");

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10))) process.Kill();
        process.Dispose();
    }
}
