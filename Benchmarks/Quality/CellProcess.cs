using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace MLPipes.Benchmarks;

/// <summary>Runs one cell in a process of its own, so that its memory is its own and nothing compiled or cached by another helps it.</summary>
internal static class CellProcess
{
    /// <summary>How a cell's process says that what follows on the line is its row.</summary>
    public const string RowMark = "row:";

    public static QualityRow Run(DataSet data, QualityOptions options, double budget, int seed)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Under `dotnet x.dll` the process is dotnet itself.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        string[] arguments = ["quality", "cell", Path.GetDirectoryName(data.Folder)!, "--sets", data.Name, "--time", Text(budget) + "s", "--seeds", Text(seed), "--threads", Text(options.Threads), "--clock", options.Clock];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        if (options.IsVerbose) start.ArgumentList.Add("--verbose");

        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string? row = null, complaint = null;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && text.StartsWith(RowMark, StringComparison.Ordinal)) row = text[RowMark.Length..];
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not { Length: > 0 } text) return;
            // What the trials tell begins with a space; the first line that does not says what went wrong.
            if (text[0] != ' ') complaint ??= text;
            if (options.IsVerbose) Console.Error.WriteLine(text);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // Far beyond what any budget allows: it hangs. On a processor-time clock other work on the machine may stretch it as well.
        TimeSpan patience = TimeSpan.FromSeconds((budget * (options.Clock == "cpu" ? 20 : 3)) + 120);
        bool ended = process.WaitForExit(patience);
        if (!ended) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (ended && process.ExitCode == 0 && row is not null) return Csv.Parse<QualityRow>(Csv.Read([Csv.Header<QualityRow>(), row]).Single()) with { SecondsProcess = seconds };
        string error = !ended ? $"no end after {patience.TotalSeconds:0} s" : $"exit code {process.ExitCode}: {complaint}";
        return QualityCell.For(data, options, budget, seed) with { SecondsProcess = seconds, Error = error };
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
