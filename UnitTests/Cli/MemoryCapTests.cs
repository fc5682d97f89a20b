using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace MLPipes.Tests.Cli;

/// <summary>The memory of the command and of all that it starts, seen from outside.</summary>
[TestClass, DoNotParallelize]
public sealed class MemoryCapTests
{
    private const int Columns = 500;
    private const long Limit = 1L << 30;

    [TestMethod, NeedsShared, TestCategory("Slow"), OSCondition(OperatingSystems.Linux)]
    public async Task A_cap_of_one_gibibyte_holds_on_500_columns_and_there_is_a_model()
    {
        string data = Path.Combine(Trained.Folder, "wide.csv"), model = Path.Combine(Trained.Folder, "wide.zip");
        Widen(data);
        string command = Path.Combine(SharedFolder.Repository, "Cli", "bin", Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!), "net10.0", "mlpipes.dll");
        ProcessStartInfo start = new("dotnet", ["exec", command, "train", data, "--label", "Cover_Type", "--memory", "1GB", "--time", "30s", "--out", model])
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Trained.Folder };

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, TreeBytes(process.Id));
            await Task.Delay(20);
        }
        await output;

        Assert.AreEqual(0, process.ExitCode, await error);
        Assert.IsTrue(File.Exists(model));
        Assert.IsGreaterThan(0, peak);
        Assert.IsLessThanOrEqualTo(Limit, peak, $"the processes held {peak >> 20} MB");
        File.Delete(data);
    }

    /// <summary>covertype_15k with noise and noisy copies of its quantities behind its own columns.</summary>
    private static void Widen(string path)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(SharedFolder.Data("covertype_15k", "train.csv.gz")), CompressionMode.Decompress));
        using StreamWriter writer = new(path);
        Random random = new(1);
        string header = reader.ReadLine()!;
        int own = header.Split(',').Length, added = Columns - own + 1;
        writer.WriteLine(header + string.Concat(Enumerable.Range(0, added).Select(i => $",w{i}")));
        StringBuilder line = new();
        while (reader.ReadLine() is { } row)
        {
            float[] quantities = [.. row.Split(',').Take(11).Select(cell => float.TryParse(cell, CultureInfo.InvariantCulture, out float value) ? value : 0)];
            line.Clear().Append(row);
            for (int i = 0; i < added; i++)
                line.Append(CultureInfo.InvariantCulture, $",{(random.NextDouble() * 20) - 10 + (i % 3 == 0 ? quantities[i % 11] * 0.01 : 0):F5}");
            writer.WriteLine(line);
        }
    }

    /// <summary>Resident bytes of a process and all below it; see proc_pid_stat(5) and proc_pid_statm(5).</summary>
    private static long TreeBytes(int root)
    {
        List<(int Id, int Parent)> all = [];
        foreach (string folder in Directory.GetDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && Read($"{folder}/stat") is { } stat)
                all.Add((id, int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture)));
        HashSet<int> tree = [root];
        while (all.Any(p => tree.Contains(p.Parent) && tree.Add(p.Id))) { }
        return tree.Sum(id => Read($"/proc/{id}/statm") is { } pages ? long.Parse(pages.Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize : 0);
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The process has just ended.
            return null;
        }
    }
}
